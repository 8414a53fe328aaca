/** Files and directories that survive a power cut: creating a file is durable only once its directory is synced. */
import { randomBytes } from "node:crypto";
import { link, mkdir, open, rename, stat, unlink } from "node:fs/promises";
import path from "node:path";

/** There is something where a new one was to be made, or nothing where there ought to be something. */
export class PlaceError extends Error {
  override readonly name = "PlaceError";
}

export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What was found in a directory is durable, and the directory too, whoever made them and whenever they died. */
export async function syncPlace(directory: string): Promise<void> {
  await syncDirectory(directory);
  await syncDirectory(path.dirname(path.resolve(directory)));
}

export async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** Makes the directory and its missing parents, durably: each before anything is made in it. */
export async function makeDirectory(directory: string): Promise<void> {
  const absolute = path.resolve(directory);
  try {
    await mkdir(absolute);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && (await stat(absolute)).isDirectory()) return;
    if (code !== "ENOENT") throw error;
    await makeDirectory(path.dirname(absolute));
    return makeDirectory(absolute);
  }
  await syncDirectory(path.dirname(absolute));
}

/** Makes the file with this content, whole and durable, or not at all; false, and nothing done, if it exists. */
export async function createWhole(file: string, content: Uint8Array | string): Promise<boolean> {
  const unfinished = await writeBeside(file, content);
  try {
    // Unlike a rename, this never replaces anything.
    await link(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    await unlink(unfinished);
  }
  await syncDirectory(path.dirname(file));
  return true;
}

/** Puts this content in the place of what the file held, if there is one: whole and durable, or not at all. */
export async function replaceWhole(file: string, content: Uint8Array | string): Promise<void> {
  await rename(await writeBeside(file, content), file);
  await syncDirectory(path.dirname(file));
}

/** A durable file of this content that goes by another name. */
async function writeBeside(file: string, content: Uint8Array | string): Promise<string> {
  const unfinished = `${file}.unfinished-${randomBytes(4).toString("hex")}`;
  const handle = await open(unfinished, "wx", 0o644);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } catch (error) {
    await unlink(unfinished);
    throw error;
  } finally {
    await handle.close();
  }
  return unfinished;
}
