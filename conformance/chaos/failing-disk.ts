/**
 * Loaded into a server's process before everything else (`node --import`): files whose disk fails. The server's own
 * code stays as it is.
 */
import fs from "node:fs";
import { open } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { DISK_FAULT_VARIABLE, type DiskFault } from "./disk-fault.js";

const fault: DiskFault = JSON.parse(process.env[DISK_FAULT_VARIABLE] ?? "null") ?? {};

interface Handle {
  datasync(): Promise<void>;
  write(from: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
}

const failure = (code: string, what: string): Error =>
  Object.assign(new Error(`${code}: ${what}`), { code, syscall: what });

const handle = await open("/dev/null");
const prototype: Handle = Object.getPrototypeOf(handle);
await handle.close();

const { datasync, write } = prototype;
let syncs = 0;
let written_bytes = 0;

prototype.datasync = async function (this: Handle) {
  if (fault.failingSync !== undefined && ++syncs >= fault.failingSync) throw failure("EIO", "i/o error, fdatasync");
  return datasync.call(this);
};

/** As disks do: what there is room for is written, and the next write is told. */
function roomFor(length: number): number {
  const room_bytes = (fault.fullAfter_bytes ?? Number.POSITIVE_INFINITY) - written_bytes;
  if (room_bytes <= 0) throw failure("ENOSPC", "no space left on device, write");
  return Math.min(length, room_bytes);
}

prototype.write = async function (this: Handle, from, offset, length, position) {
  const result = await write.call(this, from, offset, roomFor(length), position);
  written_bytes += result.bytesWritten;
  return result;
};

const { writeSync } = fs;
type WriteAt = (file: number, from: Uint8Array | string, offset: number, length: number, position: number) => number;
const writeAt: WriteAt = (file, from, offset, length, position) => {
  // A line of text is for people, and not on the disk that fails.
  if (typeof from === "string") return writeSync(file, from, offset);
  const written = writeSync(file, from, offset, roomFor(length), position);
  written_bytes += written;
  return written;
};
fs.writeSync = writeAt as typeof writeSync;
// Whoever imports it by its name has it, too.
syncBuiltinESMExports();
