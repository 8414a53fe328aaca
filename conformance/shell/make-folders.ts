import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";

/**
 * Makes the folder, and those that it is in, where they are missing. Throws the file system's errors. Node's recursive
 * mkdirSync does not come back from a place in which nothing can be made, such as /proc.
 */
export function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(path.dirname(path.resolve(folder)));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
