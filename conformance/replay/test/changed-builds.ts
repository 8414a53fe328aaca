/**
 * Copies of the built code in which something is changed. Copied is what is changed and whatever comes to load it; the
 * rest is linked to, so that it is one and the same for all changes: most of what a change takes is to load modules,
 * and to get them warm.
 */
import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";

/** One line of the implementation, and what stands there instead. */
export interface Change {
  readonly name: string;
  /** Path under dist/impl. */
  readonly file: string;
  readonly line: string;
  readonly changed: string;
}

const BUILT = path.resolve("dist");

const ROOMS = ["spec", "model", "impl", "conformance"];

export class ChangedBuilds {
  readonly #directory: string;
  readonly #loaders: ReadonlyMap<string, readonly string[]>;

  private constructor(directory: string, loaders: ReadonlyMap<string, readonly string[]>) {
    this.#directory = directory;
    this.#loaders = loaders;
  }

  /** Inside the project, so that its dependencies are found. */
  static async open(): Promise<ChangedBuilds> {
    const directory = await mkdtemp(path.resolve("node_modules/.faults-"));
    // What is built finds it above itself.
    await link("package.json", path.join(directory, "package.json"));
    return new ChangedBuilds(directory, await loadersOfModules());
  }

  /**
   * The directory that has what dist has, but for the changes. Each line to be changed must be there, once.
   *
   * @param entrances paths under dist of what a test loads by itself. They are copied: vitest follows a link, and would
   *   load what it leads to in its own way, apart from what Node has loaded
   */
  async with(changes: readonly Change[], entrances: readonly string[]): Promise<string> {
    const home = await mkdtemp(path.join(this.#directory, "changed-"));
    const contents = new Map<string, string>();
    for (const { file, line, changed } of changes) {
      const module = path.join("impl", file);
      const content = contents.get(module) ?? (await readFile(path.join(BUILT, module), "utf8"));
      expect(content.split(line)).toHaveLength(2);
      contents.set(
        module,
        content.replace(line, () => changed),
      );
    }
    const copied = this.#loading([...contents.keys(), ...entrances]);
    for (const room of ROOMS) await lay(room, home, copied);
    for (const [module, content] of contents) {
      const file = path.join(home, module);
      // A file of its own: what is built has the same content by another name.
      await rm(file);
      await writeFile(file, content);
    }
    return home;
  }

  close(): Promise<void> {
    return rm(this.#directory, { recursive: true, force: true });
  }

  /** These modules, and all that load one of them, however many modules lie in between. */
  #loading(modules: readonly string[]): ReadonlySet<string> {
    const found = new Set(modules);
    // A set goes on to what is added to it meanwhile.
    for (const module of found) for (const loader of this.#loaders.get(module) ?? []) found.add(loader);
    return found;
  }
}

/**
 * By module, the modules that load it: those that name its file, be it in an import or as the script of a thread or
 * process.
 */
async function loadersOfModules(): Promise<ReadonlyMap<string, readonly string[]>> {
  const loaders = new Map<string, string[]>();
  for (const room of ROOMS) {
    for (const file of await readdir(path.join(BUILT, room), { recursive: true })) {
      if (!file.endsWith(".js")) continue;
      const loader = path.join(room, file);
      for (const [, named = ""] of (await readFile(path.join(BUILT, loader), "utf8")).matchAll(/"(\.[^"\s]*\.js)"/g)) {
        const module = path.join(path.dirname(loader), named);
        loaders.set(module, [...(loaders.get(module) ?? []), loader]);
      }
    }
  }
  return loaders;
}

/** Lays out a directory of what is built: what is copied is a module by another path, and so loaded anew. */
async function lay(directory: string, home: string, copied: ReadonlySet<string>): Promise<void> {
  const [source, target] = [path.join(BUILT, directory), path.join(home, directory)];
  if (![...copied].some((module) => module.startsWith(`${directory}/`))) return symlink(source, target);
  await mkdir(target);
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const name = path.join(directory, entry.name);
    if (entry.isDirectory()) await lay(name, home, copied);
    else if (copied.has(name)) await link(path.join(BUILT, name), path.join(home, name));
    else if (name.endsWith(".js")) await symlink(path.join(BUILT, name), path.join(home, name));
  }
}
