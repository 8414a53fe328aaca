/**
 * The bytes of a server's log, and what they mean after a crash.
 *
 *     header:  magic (8)  format version (1)  server name (4 + n)  checksum of all this (4)
 *     batch*:  marker (4)  payload length (4)  checksum (4)  payload: records
 *
 * A batch is what one sync made durable, and the next batch is written only after that sync. So when a crash tears the
 * log, only its last batch can be bad, and nobody was promised what it holds: it is cut off. A bad batch with a good one
 * after it was durable once: the disk lost promises, and no server may go on from there.
 * (A rotten last batch cannot be told from a torn one. Only redundancy could: Alagappan et al., "Protocol-Aware Recovery for
 * Consensus-Based Storage", 2018.)
 *
 * The checksum of a batch also covers its offset, so that bytes of a batch that are carried in a value, or that were left
 * at another place, are never taken for a batch.
 */
import { crc32 } from "node:zlib";
import type { LogRecord } from "../core/log-record.js";
import { SERVER_NAME_BYTES_MAX } from "../core/protocol.js";
import { ByteReader, ByteWriter, MalformedBytesError } from "./bytes.js";
import { decodeRecord, encodeRecord } from "./record-codec.js";

const MAGIC = Buffer.from("QUORATE\n", "latin1");
const FORMAT_VERSION = 1;
/** An unlikely sequence to look for, so that searching for a batch after a bad one takes one pass. */
const MARKER = Buffer.from([0xb1, 0x7c, 0xa7, 0xc4]);
const BATCH_HEADER_BYTES = 12;

/** The log must not be used: it is another server's, of another format, or damaged where promises were kept. */
export class LogError extends Error {
  override readonly name = "LogError";
}

export interface RecoveredLog {
  readonly records: LogRecord[];
  /** How far the log is good, in bytes; 0 when even the header has to be written (again). */
  readonly goodLength: number;
}

/** Throws RangeError for a name that is too long. */
export function encodeHeader(server: string): Buffer {
  if (Buffer.byteLength(server) > SERVER_NAME_BYTES_MAX)
    throw new RangeError(`the name of server ${server} is too long`);
  const writer = new ByteWriter();
  for (const byte of MAGIC) writer.u8(byte);
  writer.u8(FORMAT_VERSION);
  writer.text(server);
  writer.u32(crc32(writer.bytes()));
  return writer.bytes();
}

/** One batch as it stands at this byte offset of the log. */
export function encodeBatch(records: readonly LogRecord[], offset: number): Buffer {
  const writer = new ByteWriter();
  for (const byte of MARKER) writer.u8(byte);
  writer.u32(0);
  writer.u32(0);
  for (const record of records) encodeRecord(record, writer);
  const payload = writer.bytes().subarray(BATCH_HEADER_BYTES);
  writer.patchU32(4, payload.length);
  writer.patchU32(8, checksum(payload, offset));
  return writer.bytes();
}

/**
 * Reads a log back. `file` is for messages.
 * Throws LogError, naming the file and the byte offset, unless all damage is at the tail.
 */
export function recoverLog(bytes: Uint8Array, server: string, file: string): RecoveredLog {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = encodeHeader(server);
  // The making of the log was cut short: no server has promised anything yet.
  if (content.length < header.length && content.equals(header.subarray(0, content.length))) {
    return { records: [], goodLength: 0 };
  }
  checkHeader(content, server, file);
  const records: LogRecord[] = [];
  let offset = header.length;
  while (offset < content.length) {
    const batch = readBatch(content, offset, file);
    if (batch === null) {
      refuseIfBatchFollows(content, offset, file);
      break;
    }
    for (const record of batch.records) records.push(record);
    offset = batch.end;
  }
  return { records, goodLength: offset };
}

function checkHeader(content: Buffer, server: string, file: string): void {
  const damaged = (why: string) =>
    new LogError(`${file}: damaged at byte 0: ${why}; this is not a log that can be served`);
  if (!content.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged("it does not begin like a log of registers");
  const reader = new ByteReader(content.subarray(MAGIC.length));
  let version: number;
  let name: string;
  try {
    version = reader.u8();
    name = reader.text(SERVER_NAME_BYTES_MAX);
    const length = content.length - reader.remaining;
    if (reader.u32() !== crc32(content.subarray(0, length))) throw new MalformedBytesError("wrong checksum");
  } catch (error) {
    if (error instanceof MalformedBytesError) throw damaged(`the header is unreadable (${error.message})`);
    throw error;
  }
  if (version !== FORMAT_VERSION) {
    throw new LogError(`${file}: is of format version ${version}, this program reads version ${FORMAT_VERSION}`);
  }
  if (name !== server) throw new LogError(`${file}: is the log of server ${name}, not of ${server}`);
}

/** The batch at the offset, or null if there is no good one. */
function readBatch(content: Buffer, offset: number, file: string): { records: LogRecord[]; end: number } | null {
  const start = offset + BATCH_HEADER_BYTES;
  if (start > content.length || !content.subarray(offset, offset + MARKER.length).equals(MARKER)) return null;
  const end = start + content.readUInt32BE(offset + 4);
  if (end > content.length) return null;
  const payload = content.subarray(start, end);
  if (checksum(payload, offset) !== content.readUInt32BE(offset + 8)) return null;
  return { records: readRecords(payload, offset, file), end };
}

function readRecords(payload: Buffer, offset: number, file: string): LogRecord[] {
  const reader = new ByteReader(payload);
  const records: LogRecord[] = [];
  try {
    while (reader.remaining > 0) records.push(decodeRecord(reader));
  } catch (cause) {
    // The checksum is right, so these bytes were meant: cutting them off would lose promises.
    throw new LogError(`${file}: unreadable records at byte ${offset}: ${(cause as Error).message}`, { cause });
  }
  return records;
}

function refuseIfBatchFollows(content: Buffer, bad: number, file: string): void {
  for (let at = content.indexOf(MARKER, bad + 1); at !== -1; at = content.indexOf(MARKER, at + 1)) {
    if (readBatch(content, at, file) === null) continue;
    throw new LogError(
      `${file}: damaged at byte ${bad}, with good records from byte ${at} on: ` +
        "promises that this server made are lost, so it must not serve from this log",
    );
  }
}

function checksum(payload: Buffer, offset: number): number {
  const position = Buffer.allocUnsafe(10);
  position.writeUIntBE(offset, 0, 6);
  position.writeUInt32BE(payload.length, 6);
  return crc32(payload, crc32(position));
}
