import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The directory of the package that this program belongs to: the same from the sources, dist and the bundle. */
export function packageDirectory(): string {
  let directory = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(directory, "package.json"))) {
    const parent = path.dirname(directory);
    if (parent === directory) throw new Error("no package.json above the program: its version and tables are lost");
    directory = parent;
  }
  return directory;
}

export const packageVersion = (): string =>
  JSON.parse(readFileSync(path.join(packageDirectory(), "package.json"), "utf8")).version;

/** The directory of the tables that come with the package. */
export const bundledTablesDirectory = (): string => path.join(packageDirectory(), "spec", "tables");
