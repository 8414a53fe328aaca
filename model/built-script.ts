/** Where a script is that a worker thread or a process of its own is to run. */
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The script's file. Node runs no .ts: what runs from the sources, as under vitest, gets the script built in dist.
 * Throws if that is not there.
 *
 * @param beside where the code that runs would find it, written as `new URL("…", import.meta.url)`, by which the
 *   bundler finds it too
 */
export function builtScript(beside: URL): string {
  const file = fileURLToPath(beside);
  if (existsSync(file)) return file;
  let directory = path.dirname(file);
  while (directory !== path.dirname(directory)) {
    const built = path.join(directory, "dist", path.relative(directory, file));
    if (existsSync(built)) return built;
    directory = path.dirname(directory);
  }
  throw new Error(`there is no ${file}: run "npm run build" first`);
}
