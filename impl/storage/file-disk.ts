/** The real disk: one file in a directory that this process alone uses. */
import path from "node:path";
import type { FilePart } from "../encoding/log-rewrite.js";
import {
  createWhole,
  exists,
  makeDirectory,
  PlaceError,
  syncDirectory,
  syncPlace,
  UNFINISHED,
  unfinishedName,
} from "./directories.js";
import type { Disk } from "./disk.js";
import { type FileStatus, type FileSystem, NODE_FILES, type OpenFile, readUpTo, writeWhole } from "./file-system.js";

const FILE_NAME = "registers.log";

type Lock = Awaited<ReturnType<FileSystem["lock"]>>;

interface Opened {
  readonly files: FileSystem;
  readonly handle: OpenFile;
  readonly lock: Lock;
  readonly found: FileStatus;
}

export class FileDisk implements Disk {
  readonly name: string;
  readonly #files: FileSystem;
  readonly #lock: Lock;
  #handle: OpenFile;
  /** Which file this is, however it is called. */
  #identity: bigint;
  #length: number;

  private constructor(name: string, { files, handle, lock, found }: Opened) {
    this.name = name;
    this.#files = files;
    this.#handle = handle;
    this.#lock = lock;
    this.#identity = found.ino;
    this.#length = Number(found.size);
  }

  /**
   * Makes `registers.log` with this content in the directory, which is made too where it is missing: whole and durable,
   * or not at all. What `before` does is done by then. Throws PlaceError if there is one, DirectoryLockedError, and the
   * file system's own errors.
   */
  static async create(
    directory: string,
    content: Uint8Array,
    files: FileSystem = NODE_FILES,
    before: () => Promise<void> = async () => {},
  ): Promise<void> {
    await makeDirectory(directory, files);
    const lock = await files.lock(directory);
    try {
      const file = path.join(directory, FILE_NAME);
      if (await exists(file, files)) throw new PlaceError(`${file} exists already`);
      await before();
      if (!(await createWhole(file, content, files))) throw new PlaceError(`${file} exists already`);
    } finally {
      await lock.release();
    }
  }

  /**
   * Opens `registers.log` in the directory. Throws PlaceError if there is none, DirectoryLockedError while another
   * process has the directory, and the file system's own errors.
   */
  static async open(directory: string, files: FileSystem = NODE_FILES): Promise<FileDisk> {
    const file = path.join(directory, FILE_NAME);
    const missing = (cause: NodeJS.ErrnoException): never => {
      if (cause.code !== "ENOENT") throw cause;
      throw new PlaceError(`there is no ${file}`, { cause });
    };
    const lock = await files.lock(directory).catch(missing);
    try {
      const handle = await files.open(file, "write").catch(missing);
      const found = await handle.stat();
      await sweep(directory, files);
      await syncPlace(directory, files);
      return new FileDisk(file, { files, handle, lock, found });
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  get length(): number {
    return this.#length;
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    const expected = Math.max(0, Math.min(length, this.#length - position));
    const content = await readUpTo(this.#handle, position, expected);
    if (content.length === expected) return content;
    throw new Error(`${this.name}: ends after ${position + content.length} of ${this.#length} bytes`);
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    await writeWhole(this.#handle, bytes, position);
    this.#length = Math.max(this.#length, position + bytes.length);
  }

  async sync(): Promise<void> {
    await this.#handle.datasync();
    await this.#checkInPlace();
  }

  async replace(parts: Iterable<FilePart>): Promise<boolean> {
    const unfinished = unfinishedName(this.name);
    const handle = await writeFile(unfinished, parts, this.#files);
    if (handle === null) return false;
    const before = this.#handle;
    let found: FileStatus;
    try {
      found = await handle.stat();
      // What would give way may be somebody else's.
      await this.#checkInPlace();
      await this.#files.rename(unfinished, this.name);
      // Until then a crash may bring back the old file, and what is written to the new one would be lost.
      await syncDirectory(path.dirname(this.name), this.#files);
    } catch (error) {
      await handle.close();
      throw error;
    }
    this.#handle = handle;
    this.#identity = found.ino;
    this.#length = Number(found.size);
    await before.close();
    return true;
  }

  async close(): Promise<void> {
    try {
      await this.#handle.close();
    } finally {
      await this.#lock.release();
    }
  }

  /** What is written to a file that was deleted, replaced or cut by others is durable, and lost all the same. */
  async #checkInPlace(): Promise<void> {
    const found = await this.#files.stat(this.name).catch((cause) => {
      throw new Error(
        `${this.name} is gone, or cannot be looked at (${cause.code}): somebody else moved or deleted it`,
        { cause },
      );
    });
    if (found.ino !== this.#identity) throw new Error(`${this.name} is another file now: somebody else replaced it`);
    if (Number(found.size) >= this.#length) return;
    throw new Error(`${this.name} has ${found.size} bytes instead of ${this.#length}: somebody else cut it`);
  }
}

/**
 * Makes the file of these parts, durably, though not yet its entry in the directory. Null where it cannot be written;
 * then it is not there.
 */
async function writeFile(file: string, parts: Iterable<FilePart>, files: FileSystem): Promise<OpenFile | null> {
  let handle: OpenFile | null = null;
  try {
    handle = await files.open(file, "create");
    for (const { position, bytes } of parts) await writeWhole(handle, bytes, position);
    await handle.sync();
    return handle;
  } catch (error) {
    await handle?.close().catch(() => {});
    await files.unlink(file).catch(() => {});
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return null;
  }
}

/** What a crash left of files that were to take the place of the log, and may be as long. */
async function sweep(directory: string, files: FileSystem): Promise<void> {
  for (const file of await files.readdir(directory)) {
    if (file.startsWith(`${FILE_NAME}${UNFINISHED}`)) await files.unlink(path.join(directory, file));
  }
}
