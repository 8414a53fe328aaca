/** Directories whose entries survive a power cut: creating a file is durable only once its directory is synced. */
import { mkdir, open } from "node:fs/promises";
import path from "node:path";

export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the directory and its missing parents, durably. */
export async function makeDirectory(directory: string): Promise<void> {
  const firstMade = await mkdir(directory, { recursive: true });
  if (firstMade === undefined) return;
  // Each new directory is an entry of its parent, up to the parent of the first one made.
  const last = path.dirname(path.resolve(firstMade));
  for (let made = path.resolve(directory); made !== last; made = path.dirname(made)) {
    await syncDirectory(path.dirname(made));
  }
}
