import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The directory of the tables that come with the package: the same from the sources and from dist. */
export function bundledTablesDirectory(): string {
  let directory = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(directory, "package.json"))) {
    const parent = path.dirname(directory);
    if (parent === directory) throw new Error("no package.json above the program: its tables cannot be found");
    directory = parent;
  }
  return path.join(directory, "spec", "tables");
}
