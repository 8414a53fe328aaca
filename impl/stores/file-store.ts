/** A directory: a file for each key, which is linked to its name once its content is on disk. */
import { statfs } from "node:fs/promises";
import path from "node:path";
import { createWhole, makeDirectory, readText, syncDirectory } from "../storage/directories.js";
import { NODE_FILES } from "../storage/file-system.js";
import type { StoreAddress } from "./store-url.js";
import { type ExaminedStore, foundAfterRefusal, type Setting, StoreError } from "./write-once-store.js";

/** By the number that Linux knows them by: those that forget, and those of which a client knows little. */
const IN_MEMORY: Readonly<Record<number, string>> = { 16914836: "tmpfs", 2240043254: "ramfs" };
const ELSEWHERE: Readonly<Record<number, string>> = { 26985: "NFS", 4283649346: "CIFS", 1702057286: "FUSE" };

export async function openFiles({ url, name }: StoreAddress): Promise<ExaminedStore> {
  // A URL has no relative paths: what follows the scheme is taken as it is written.
  const root = path.resolve(decodeURIComponent(name.startsWith("file://") ? url.pathname : name.slice("file:".length)));
  const fileOf = (key: string) => path.join(root, ...key.split("/"));
  const made = new Map<string, Promise<void>>();
  const make = (directory: string): Promise<void> => {
    const making = made.get(directory) ?? makeDirectory(directory);
    made.set(directory, making);
    making.catch(() => made.delete(directory));
    return making;
  };
  const orStoreError = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreError) throw error;
      throw new StoreError(`${name}: ${(error as Error).message}`, { cause: error });
    }
  };
  const read = async (key: string): Promise<string | null> => {
    const file = fileOf(key);
    try {
      const text = await readText(file);
      // Whoever linked it may have died before its name was on disk.
      await syncDirectory(path.dirname(file));
      return text;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  };

  return {
    name,
    putIfAbsent: (key, text) =>
      orStoreError(async () => {
        await make(path.dirname(fileOf(key)));
        if (await createWhole(fileOf(key), text)) return text;
        return foundAfterRefusal(await read(key), name, key);
      }),
    read: (key) => orStoreError(() => read(key)),
    remove: (key) => orStoreError(() => NODE_FILES.unlink(fileOf(key))),
    againstRemoval: "set the sticky bit (chmod +t), and give no other user the directory",
    durability: () =>
      orStoreError(async () => {
        await make(root);
        return [
          { setting: "fsync", means: "told", because: "a file and its name are synced before the answer" },
          ...fileSystem((await statfs(root)).type),
        ];
      }),
    retention: async () => [{ setting: "files", means: "told", because: "files do not expire" }],
    async close() {},
  };
}

function fileSystem(type: number): Setting[] {
  const forgets = IN_MEMORY[type];
  if (forgets !== undefined) {
    const because = "it is in memory, and gone when the machine restarts; name a directory on a disk";
    return [{ setting: forgets, means: "broken", because }];
  }
  const remote = ELSEWHERE[type];
  if (remote === undefined) return [];
  return [{ setting: remote, means: "unknown", because: "whether it stores before it answers is up to its server" }];
}
