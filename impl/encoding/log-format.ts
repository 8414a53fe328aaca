/**
 * What the bytes of a log mean after a crash, or after whatever else became of them.
 *
 *     identity  mark  mark  block*
 *
 * A batch is what one sync made durable, and the next batch is written only after that sync. So a crash tears the last
 * batch only, and what it holds was promised to no client: the next one is written over it. That it was the last one is
 * not for it to say. A block of the batch after next, or a mark, proves that a batch was durable; if it cannot be read
 * all the same, promises are lost, and no server may go on from there.
 *
 * What is left in doubt is the last batch, until its mark is written: a batch that was lost by then is one that a crash
 * tore. (Alagappan et al., "Protocol-Aware Recovery for Consensus-Based Storage", 2018: only redundancy tells the two
 * apart.) And a disk that goes back in time as a whole, its marks included, cannot be told from one on which time stood
 * still.
 */
import type { LogRecord } from "../core/log-record.js";
import { MalformedBytesError } from "./bytes.js";
import { type BatchBlock, type LogEnd, readBatchBlock, recordsIn } from "./log-batches.js";
import { BLOCK_BYTES, FIRST_BATCH_BLOCK, isNothing } from "./log-blocks.js";
import { encodeIdentity, LogError, newSalt, readIdentity } from "./log-identity.js";
import { durableBatches, encodeMark, lost, type Mark, type Marks, readMarks } from "./log-marks.js";

/** Length of what stands before the first batch. */
export const HEAD_BYTES = FIRST_BATCH_BLOCK * BLOCK_BYTES;

/** The bytes of a log without batches. Throws RangeError for a name that is too long. */
export function newLog(server: string, salt: Buffer = newSalt()): Buffer {
  const { block, seal } = encodeIdentity(server, { salt, origin: salt });
  return headOf(block, { batch: 0, seal }, salt);
}

/** What stands before the first batch of a log of which all batches are durable. */
export const headOf = (identity: Buffer, mark: Mark, salt: Buffer): Buffer =>
  Buffer.concat([identity, encodeMark(mark, salt, 0), encodeMark(mark, salt, 1)]);

export interface RecoveredLog {
  readonly salt: Buffer;
  readonly origin: Buffer;
  readonly marks: Marks;
  /** What follows is torn, and to be written over. */
  readonly end: LogEnd;
  /** Where the log ended before its last batch; the same where there is no batch. */
  readonly previous: LogEnd;
  /** The blocks of the last batch, and the first of them in blocks; none where there is no batch. */
  readonly last: { readonly position: number; readonly bytes: Buffer };
}

/** Takes in a log from its beginning to its end, and hands over what it records. */
export class LogReader {
  readonly #file: string;
  readonly #take: (record: LogRecord) => void;
  readonly #salt: Buffer;
  readonly #origin: Buffer;
  readonly #marks: Marks;
  #end: LogEnd;
  #previous: LogEnd;
  #position = FIRST_BATCH_BLOCK;
  /** The blocks of the batch that is being read, and as they were read. */
  #batch: BatchBlock[] = [];
  #blocks: Buffer[] = [];
  #last: RecoveredLog["last"] = { position: FIRST_BATCH_BLOCK, bytes: Buffer.alloc(0) };
  /** Where the first block is that does not continue the log. */
  #badPosition: number | null = null;

  /**
   * `head`: the first HEAD_BYTES of the file. Throws LogError, as every method does, unless the log can be served;
   * `file` is for its message. `take` may have been called by then.
   */
  constructor(head: Buffer, server: string, file: string, take: (record: LogRecord) => void) {
    const { salt, origin, seal } = readIdentity(head.subarray(0, BLOCK_BYTES), server, file);
    if (head.length < HEAD_BYTES) throw lost(file, `it ends within its first ${HEAD_BYTES} bytes`);
    this.#file = file;
    this.#take = take;
    this.#salt = salt;
    this.#origin = origin;
    this.#marks = readMarks(head, salt);
    this.#end = { position: FIRST_BATCH_BLOCK, batch: 0, seal };
    this.#previous = this.#end;
    this.#checkMarks();
  }

  /** The next bytes; whole blocks, but for the last bytes of the file. They must not change afterwards. */
  read(bytes: Buffer): void {
    if (isNothing(bytes)) {
      this.#badPosition ??= this.#position;
      this.#position += Math.floor(bytes.length / BLOCK_BYTES);
      return;
    }
    for (let at = 0; at + BLOCK_BYTES <= bytes.length; at += BLOCK_BYTES) {
      const block = bytes.subarray(at, at + BLOCK_BYTES);
      const found = readBatchBlock(block, this.#salt, this.#position);
      if (this.#badPosition === null && found !== null && this.#continues(found)) this.#append(found, block);
      else this.#skip(found);
      this.#position++;
    }
  }

  finish(): RecoveredLog {
    const durable = durableBatches(this.#marks, this.#file);
    if (this.#end.batch < durable) this.#refuse(`${durable} were durable by its marks`);
    return {
      salt: this.#salt,
      origin: this.#origin,
      marks: this.#marks,
      end: this.#end,
      previous: this.#previous,
      last: this.#last,
    };
  }

  #continues({ previous, batch, following }: BatchBlock): boolean {
    const before = this.#batch.at(-1);
    if (batch !== this.#end.batch + 1) return false;
    return before === undefined
      ? previous === this.#end.seal
      : previous === before.seal && following === before.following - 1;
  }

  #append(found: BatchBlock, block: Buffer): void {
    this.#batch.push(found);
    this.#blocks.push(block);
    if (found.following > 0) return;
    this.#takeRecords();
    this.#last = { position: this.#end.position, bytes: Buffer.concat(this.#blocks) };
    this.#previous = this.#end;
    this.#end = { position: this.#position + 1, batch: found.batch, seal: found.seal };
    this.#batch = [];
    this.#blocks = [];
    this.#checkMarks();
  }

  #takeRecords(): void {
    const payload = Buffer.concat(this.#batch.map((block) => block.payload));
    try {
      if (payload.length === 0) throw new MalformedBytesError("a batch without records");
      for (const record of recordsIn(payload)) this.#take(record);
    } catch (cause) {
      // The seals are right, so these bytes were meant: cutting them off would lose promises.
      const at = this.#end.position * BLOCK_BYTES;
      throw new LogError(`${this.#file}: unreadable records at byte ${at}: ${(cause as Error).message}`, { cause });
    }
  }

  /**
   * A block that does not continue the log is of the batch that a crash tore, or was left by one, or proves that more
   * is lost.
   */
  #skip(found: BatchBlock | null): void {
    this.#badPosition ??= this.#position;
    if (found === null || found.batch <= this.#end.batch + 1) return;
    this.#refuse(`batch ${found.batch} follows at byte ${this.#position * BLOCK_BYTES}`);
  }

  #checkMarks(): void {
    const { batch, seal } = this.#end;
    for (const mark of this.#marks) {
      if (mark?.batch === batch && mark.seal !== seal)
        throw lost(this.#file, `batch ${batch} is not the one that its mark is of`);
    }
  }

  #refuse(because: string): never {
    const { batch } = this.#end;
    const at = (this.#badPosition ?? this.#position) * BLOCK_BYTES;
    throw lost(
      this.#file,
      `batch ${batch + 1} of the log is damaged or missing from byte ${at} on, although ${because}`,
    );
  }
}

/** Reads a whole log back. Throws LogError; see LogReader. */
export function recoverLog(
  bytes: Uint8Array,
  server: string,
  file: string,
): RecoveredLog & { readonly records: LogRecord[] } {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: LogRecord[] = [];
  const reader = new LogReader(content.subarray(0, HEAD_BYTES), server, file, (record) => records.push(record));
  reader.read(content.subarray(HEAD_BYTES));
  return { ...reader.finish(), records };
}
