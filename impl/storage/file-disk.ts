/** The real disk: one file in a directory that this process alone uses. */
import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import path from "node:path";
import { createWhole, exists, makeDirectory, PlaceError, syncPlace } from "./directories.js";
import { DirectoryLock } from "./directory-lock.js";
import type { Disk } from "./disk.js";

const FILE_NAME = "registers.log";

export class FileDisk implements Disk {
  readonly name: string;
  readonly #handle: FileHandle;
  readonly #lock: DirectoryLock;
  /** Which file this is, however it is called. */
  readonly #identity: bigint;
  #length: number;

  private constructor(name: string, handle: FileHandle, lock: DirectoryLock, found: { size: bigint; ino: bigint }) {
    this.name = name;
    this.#handle = handle;
    this.#lock = lock;
    this.#identity = found.ino;
    this.#length = Number(found.size);
  }

  /**
   * Makes `registers.log` with this content in the directory, which is made too where it is missing: whole and durable, or not
   * at all. What `before` does is done by then. Throws PlaceError if there is one, DirectoryLockedError, and the file system's
   * own errors.
   */
  static async create(
    directory: string,
    content: Uint8Array,
    before: () => Promise<void> = async () => {},
  ): Promise<void> {
    await makeDirectory(directory);
    const lock = await DirectoryLock.acquire(directory);
    try {
      const file = path.join(directory, FILE_NAME);
      if (await exists(file)) throw new PlaceError(`${file} exists already`);
      await before();
      if (!(await createWhole(file, content))) throw new PlaceError(`${file} exists already`);
    } finally {
      await lock.release();
    }
  }

  /**
   * Opens `registers.log` in the directory. Throws PlaceError if there is none, DirectoryLockedError while another process
   * has the directory, and the file system's own errors.
   */
  static async open(directory: string): Promise<FileDisk> {
    const file = path.join(directory, FILE_NAME);
    const missing = (cause: NodeJS.ErrnoException): never => {
      if (cause.code !== "ENOENT") throw cause;
      throw new PlaceError(`there is no ${file}`, { cause });
    };
    const lock = await DirectoryLock.acquire(directory).catch(missing);
    try {
      const handle = await open(file, constants.O_RDWR).catch(missing);
      const found = await handle.stat({ bigint: true });
      await syncPlace(directory);
      return new FileDisk(file, handle, lock, found);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  get length(): number {
    return this.#length;
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    const content = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.#length - position)));
    for (let read = 0; read < content.length; ) {
      const { bytesRead } = await this.#handle.read(content, read, content.length - read, position + read);
      if (bytesRead === 0) throw new Error(`${this.name}: ends after ${position + read} of ${this.#length} bytes`);
      read += bytesRead;
    }
    return content;
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, written, bytes.length - written, position + written);
      written += bytesWritten;
    }
    this.#length = Math.max(this.#length, position + bytes.length);
  }

  async sync(): Promise<void> {
    await this.#handle.datasync();
    await this.#checkInPlace();
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
    const found = await stat(this.name, { bigint: true }).catch((cause) => {
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
