/**
 * What storage asks of a file system: the real one, or one in memory that loses what a power cut takes away.
 *
 * What is written to a file is durable once the file was synced; that a file was made, linked, renamed or unlinked,
 * once its directory was. Errors are those of node:fs, told apart by their codes.
 */
import { constants, statSync, writeSync } from "node:fs";
import { link, mkdir, open, readdir, rename, unlink } from "node:fs/promises";
import { DirectoryLock } from "./directory-lock.js";

export interface OpenFile {
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  write(from: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesWritten: number }>;
  stat(): Promise<FileStatus>;
  /** Content and length. */
  datasync(): Promise<void>;
  /** All of it; of a directory, its entries. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FileStatus {
  /** Which file it is, however it is called. */
  readonly ino: bigint;
  /** In bytes. */
  readonly size: bigint;
  isDirectory(): boolean;
}

/** For reading (directories too), for reading and writing, or to be made. */
export type OpenMode = "read" | "write" | "create";

export interface FileSystem {
  open(path: string, mode: OpenMode): Promise<OpenFile>;
  stat(path: string): Promise<FileStatus>;
  readdir(path: string): Promise<string[]>;
  mkdir(path: string): Promise<void>;
  /** Throws EEXIST where there is a file of the new name. */
  link(existing: string, path: string): Promise<void>;
  /** In place of what has the new name. */
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Throws DirectoryLockedError. */
  lock(directory: string): Promise<{ release(): Promise<void> }>;
}

const FLAGS = {
  read: constants.O_RDONLY,
  write: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
} as const;

/**
 * A few sectors reach the page cache sooner than another thread wakes up to take them there; more of them may have to
 * wait for the disk. A file that is open is looked up in memory, too.
 */
const SMALL_BYTES = 16 * 1024;

/** The real one. */
export const NODE_FILES: FileSystem = {
  async open(path, mode) {
    const handle = await open(path, FLAGS[mode], 0o644);
    return {
      read: (into, offset, length, position) => handle.read(into, offset, length, position),
      write: async (from, offset, length, position) =>
        length > SMALL_BYTES
          ? handle.write(from, offset, length, position)
          : { bytesWritten: writeSync(handle.fd, from, offset, length, position) },
      stat: () => handle.stat({ bigint: true }),
      datasync: () => handle.datasync(),
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  stat: async (path) => statSync(path, { bigint: true }),
  readdir: (path) => readdir(path),
  mkdir: (path) => mkdir(path),
  link: (existing, path) => link(existing, path),
  rename: (from, to) => rename(from, to),
  unlink: (path) => unlink(path),
  lock: (directory) => DirectoryLock.acquire(directory),
};

/** Writes all of it there. */
export async function writeWhole(file: OpenFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** Up to `length` bytes from there on: fewer where the file ends. */
export async function readUpTo(file: OpenFile, position: number, length: number): Promise<Buffer> {
  const content = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(content, read, length - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return content.subarray(0, read);
}
