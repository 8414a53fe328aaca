/**
 * Two marks at the head of a log, which say how many of its batches were durable:
 *
 *     seal (8)  batch (6)  seal of its last block (8)
 *
 * A tail that was lost cannot say so itself; the marks do. A batch is marked once it is durable, always over the older
 * of the two marks. So a crash while a mark is written leaves the other one, and no crash leaves anything but the marks
 * of two neighbours, two of one batch, or one mark beside a torn one.
 */
import { ByteReader, ByteWriter } from "./bytes.js";
import { BLOCK_BYTES, MARK_BLOCKS, SEAL_BYTES, type Seal, sealBlock, sealIn } from "./log-blocks.js";
import { LogError } from "./log-identity.js";

export interface Mark {
  /** Batches are numbered from 1; 0 where there is none. */
  readonly batch: number;
  /** Of the batch's last block; of the log's first block for 0. */
  readonly seal: Seal;
}

/** As read: null for a mark that is damaged. */
export type Marks = readonly [Mark | null, Mark | null];

/** Which of the two. */
export type MarkSlot = 0 | 1;

const SEAL_AT = SEAL_BYTES + 6;

export function encodeMark({ batch, seal }: Mark, salt: Buffer, slot: MarkSlot): Buffer {
  const writer = new ByteWriter();
  writer.u48(batch);
  const block = Buffer.alloc(BLOCK_BYTES);
  writer.bytes().copy(block, SEAL_BYTES);
  block.write(seal, SEAL_AT, "hex");
  sealBlock(block, salt, MARK_BLOCKS[slot]);
  return block;
}

/** `head`: the first blocks of a log. */
export const readMarks = (head: Buffer, salt: Buffer): Marks => [readMark(head, salt, 0), readMark(head, salt, 1)];

function readMark(head: Buffer, salt: Buffer, slot: MarkSlot): Mark | null {
  const at = MARK_BLOCKS[slot];
  const block = head.subarray(at * BLOCK_BYTES, (at + 1) * BLOCK_BYTES);
  if (sealIn(block, salt, at) === null) return null;
  return {
    batch: new ByteReader(block.subarray(SEAL_BYTES)).u48(),
    seal: block.toString("hex", SEAL_AT, SEAL_AT + SEAL_BYTES),
  };
}

/**
 * How many batches were durable for certain. Throws LogError where no crash leaves such marks; `file` is for the
 * message.
 */
export function durableBatches([one, other]: Marks, file: string): number {
  if (one === null && other === null) throw lost(file, "both of its marks are damaged");
  if (one !== null && other !== null && Math.abs(one.batch - other.batch) > 1) {
    throw lost(file, `its marks are of batches ${one.batch} and ${other.batch}, so one of them is out of date`);
  }
  return Math.max(one?.batch ?? 0, other?.batch ?? 0);
}

/** What a damaged log is refused with. */
export const lost = (file: string, why: string): LogError =>
  new LogError(
    `${file}: ${why}: promises that this server made are lost, or may be, so it must not serve from this log`,
  );
