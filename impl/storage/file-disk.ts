/** The real disk: one file in a directory that this process alone uses. */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import path from "node:path";
import { makeDirectory, syncDirectory } from "./directories.js";
import { DirectoryLock } from "./directory-lock.js";
import type { Disk } from "./disk.js";

const FILE_NAME = "registers.log";

export class FileDisk implements Disk {
  readonly name: string;
  readonly #handle: FileHandle;
  readonly #lock: DirectoryLock;
  #length: number;

  private constructor(name: string, handle: FileHandle, lock: DirectoryLock, length: number) {
    this.name = name;
    this.#handle = handle;
    this.#lock = lock;
    this.#length = length;
  }

  /**
   * Opens `registers.log` in the directory; both are made, durably, where they are missing.
   * Throws DirectoryLockedError while another process has the directory, and the file system's own errors.
   */
  static async open(directory: string): Promise<FileDisk> {
    await makeDirectory(directory);
    const lock = await DirectoryLock.acquire(directory);
    try {
      const file = path.join(directory, FILE_NAME);
      const handle = await open(file, constants.O_RDWR | constants.O_CREAT, 0o644);
      const { size } = await handle.stat();
      await syncDirectory(directory);
      return new FileDisk(file, handle, lock, size);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async readAll(): Promise<Uint8Array> {
    const content = Buffer.allocUnsafe(this.#length);
    let length = 0;
    while (length < content.length) {
      const { bytesRead } = await this.#handle.read(content, length, content.length - length, length);
      if (bytesRead === 0) throw new Error(`${this.name}: ends after ${length} of ${content.length} bytes`);
      length += bytesRead;
    }
    return content;
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, written, bytes.length - written, this.#length);
      written += bytesWritten;
      this.#length += bytesWritten;
    }
  }

  async sync(): Promise<void> {
    await this.#handle.datasync();
  }

  async truncate(length: number): Promise<void> {
    await this.#handle.truncate(length);
    this.#length = length;
  }

  async close(): Promise<void> {
    try {
      await this.#handle.close();
    } finally {
      await this.#lock.release();
    }
  }
}
