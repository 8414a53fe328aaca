/**
 * Batches: what one sync made durable, in as many blocks as it takes. Each block of a batch:
 *
 *     seal (8)  seal of the block before (8)  batch (6)  blocks of the batch that follow (4)  length (2)  records
 *
 * Batches are numbered from 1. The first block names the seal of the log's first block, so that blocks form one chain:
 * a block that was left at its place by an earlier batch of the same number does not continue it.
 */
import type { LogRecord } from "../core/log-record.js";
import { ByteReader, ByteWriter } from "./bytes.js";
import { BLOCK_BYTES, SEAL_BYTES, type Seal, sealBlock, sealIn } from "./log-blocks.js";
import { decodeRecord, encodeRecord } from "./record-codec.js";

const HEADER_BYTES = 2 * SEAL_BYTES + 12;
const PAYLOAD_BYTES = BLOCK_BYTES - HEADER_BYTES;

/** Where a log ends. */
export interface LogEnd {
  /** In blocks. */
  readonly position: number;
  /** The last batch; 0 if there is none. */
  readonly batch: number;
  /** Of the last block. */
  readonly seal: Seal;
}

export interface EncodedBatch {
  readonly bytes: Buffer;
  readonly end: LogEnd;
}

/** The batch that follows where the log ends. Throws RangeError for no records: an empty batch would prove nothing. */
export function encodeBatch(
  records: readonly LogRecord[],
  salt: Buffer,
  { position, batch, seal }: LogEnd,
): EncodedBatch {
  if (records.length === 0) throw new RangeError("a batch has at least one record");
  const writer = new ByteWriter();
  for (const record of records) encodeRecord(record, writer);
  const payload = writer.bytes();
  const count = Math.ceil(payload.length / PAYLOAD_BYTES);
  const bytes = Buffer.alloc(count * BLOCK_BYTES);
  let last = seal;
  for (let index = 0; index < count; index++) {
    const block = bytes.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES);
    const part = payload.subarray(index * PAYLOAD_BYTES, (index + 1) * PAYLOAD_BYTES);
    block.write(last, SEAL_BYTES, "hex");
    block.writeUIntBE(batch + 1, 2 * SEAL_BYTES, 6);
    block.writeUInt32BE(count - 1 - index, 2 * SEAL_BYTES + 6);
    block.writeUInt16BE(part.length, 2 * SEAL_BYTES + 10);
    part.copy(block, HEADER_BYTES);
    last = sealBlock(block, salt, position + index);
  }
  return { bytes, end: { position: position + count, batch: batch + 1, seal: last } };
}

/** One block of a batch, as read; its seal is right. */
export interface BatchBlock {
  readonly seal: Seal;
  readonly previous: Seal;
  readonly batch: number;
  readonly following: number;
  readonly payload: Buffer;
}

/** Null for a block that was not written here, or is not as it was written. */
export function readBatchBlock(block: Buffer, salt: Buffer, position: number): BatchBlock | null {
  const seal = sealIn(block, salt, position);
  if (seal === null) return null;
  const length = block.readUInt16BE(2 * SEAL_BYTES + 10);
  return {
    seal,
    previous: block.toString("hex", SEAL_BYTES, 2 * SEAL_BYTES),
    batch: block.readUIntBE(2 * SEAL_BYTES, 6),
    following: block.readUInt32BE(2 * SEAL_BYTES + 6),
    payload: block.subarray(HEADER_BYTES, HEADER_BYTES + length),
  };
}

/** Throws MalformedBytesError. */
export function* recordsIn(payload: Buffer): Generator<LogRecord> {
  const reader = new ByteReader(payload);
  while (reader.remaining > 0) yield decodeRecord(reader);
}
