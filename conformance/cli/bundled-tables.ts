import path from "node:path";
import { packageDirectory } from "./package-directory.js";

/** The directory of the tables that come with the package. */
export const bundledTablesDirectory = (): string => path.join(packageDirectory(), "spec", "tables");
