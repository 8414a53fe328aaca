/** Files and directories that survive a power cut: creating a file is durable only once its directory is synced. */
import { randomUUID } from "node:crypto";
import path from "node:path";
import { type FileSystem, NODE_FILES, readUpTo, writeWhole } from "./file-system.js";

/** There is something where a new one was to be made, or nothing where there ought to be something. */
export class PlaceError extends Error {
  override readonly name = "PlaceError";
}

export async function syncDirectory(directory: string, files: FileSystem = NODE_FILES): Promise<void> {
  const handle = await files.open(directory, "read");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What was found in a directory is durable, and the directory too, whoever made them and whenever they died. */
export async function syncPlace(directory: string, files: FileSystem = NODE_FILES): Promise<void> {
  await syncDirectory(directory, files);
  await syncDirectory(path.dirname(path.resolve(directory)), files);
}

export async function exists(file: string, files: FileSystem = NODE_FILES): Promise<boolean> {
  try {
    await files.stat(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** Makes the directory and its missing parents, durably: each before anything is made in it. */
export async function makeDirectory(directory: string, files: FileSystem = NODE_FILES): Promise<void> {
  const absolute = path.resolve(directory);
  try {
    await files.mkdir(absolute);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && (await files.stat(absolute)).isDirectory()) return;
    if (code !== "ENOENT") throw error;
    await makeDirectory(path.dirname(absolute), files);
    return makeDirectory(absolute, files);
  }
  await syncDirectory(path.dirname(absolute), files);
}

/** Makes the file with this content, whole and durable, or not at all; false, and nothing done, if it exists. */
export async function createWhole(
  file: string,
  content: Uint8Array | string,
  files: FileSystem = NODE_FILES,
): Promise<boolean> {
  const unfinished = await writeBeside(file, content, files);
  try {
    // Unlike a rename, this never replaces anything.
    await files.link(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    await files.unlink(unfinished);
  }
  await syncDirectory(path.dirname(file), files);
  return true;
}

/** A small file as a whole. */
export async function readText(file: string, files: FileSystem = NODE_FILES): Promise<string> {
  const handle = await files.open(file, "read");
  try {
    const { size } = await handle.stat();
    return (await readUpTo(handle, 0, Number(size))).toString("utf8");
  } finally {
    await handle.close();
  }
}

/** Puts this content in the place of what the file held, if there is one: whole and durable, or not at all. */
export async function replaceWhole(
  file: string,
  content: Uint8Array | string,
  files: FileSystem = NODE_FILES,
): Promise<void> {
  await files.rename(await writeBeside(file, content, files), file);
  await syncDirectory(path.dirname(file), files);
}

/** What the names of unfinished files have between the name that they are to get and what tells them apart. */
export const UNFINISHED = ".unfinished-";

/** The name of a new file that is to take the place of `file`. Random bytes one by one would take longer to draw. */
export const unfinishedName = (file: string): string => `${file}${UNFINISHED}${randomUUID().slice(0, 8)}`;

/** A durable file of this content that goes by another name. */
async function writeBeside(file: string, content: Uint8Array | string, files: FileSystem): Promise<string> {
  const unfinished = unfinishedName(file);
  const handle = await files.open(unfinished, "create");
  try {
    await writeWhole(handle, Buffer.from(content), 0);
    await handle.sync();
  } catch (error) {
    await files.unlink(unfinished);
    throw error;
  } finally {
    await handle.close();
  }
  return unfinished;
}
