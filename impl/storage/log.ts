/**
 * A server's log, with group commit: all records that wait while one sync is under way share the next.
 */
import type { LogRecord } from "../core/log-record.js";
import { encodeBatch, type LogEnd } from "../encoding/log-batches.js";
import { BLOCK_BYTES, MARK_BLOCKS } from "../encoding/log-blocks.js";
import { HEAD_BYTES, LogReader, type RecoveredLog } from "../encoding/log-format.js";
import { incarnationOf, newSalt } from "../encoding/log-identity.js";
import { encodeMark, type MarkSlot, type Marks } from "../encoding/log-marks.js";
import { LogRewrite } from "../encoding/log-rewrite.js";
import type { Disk } from "./disk.js";

export interface OpenedLog {
  readonly log: RegisterLog;
  /** Length of what a crash tore, at the end of the file, in bytes: what is written next goes over it. */
  readonly torn_bytes: number;
}

/** How much of a log is read at a time, in bytes: whole blocks. */
const READ_BYTES = 2048 * BLOCK_BYTES;

/** The salt of a log that takes the place of one with this salt. Must be another. */
export type NextSalt = (salt: Buffer) => Buffer;

export class RegisterLog {
  readonly #server: string;
  readonly #nextSalt: NextSalt;
  readonly #disk: Disk;
  readonly #origin: Buffer;
  #salt: Buffer;
  #end: LogEnd;
  /** The batches that have a mark on the disk, by slot; -1 for a damaged mark. */
  #marked: [number, number];
  #waiting: LogRecord[] = [];
  /** Records appended and records durable, since the log was opened. */
  #appended = 0;
  #durable = 0;
  #commit: Promise<void> | null = null;
  /** The first failure of the disk. Nothing is written after it: what the disk then holds is not known. */
  #failure: Error | null = null;

  private constructor(server: string, disk: Disk, { salt, origin, end, marks }: RecoveredLog, nextSalt: NextSalt) {
    this.#server = server;
    this.#nextSalt = nextSalt;
    this.#disk = disk;
    this.#origin = origin;
    this.#salt = salt;
    this.#end = end;
    this.#marked = [marks[0]?.batch ?? -1, marks[1]?.batch ?? -1];
  }

  /**
   * Reads the log back, handing over its records in their order, and makes durable what was read. Throws LogError (see
   * log-format) and the disk's errors: then what was handed over is worth nothing.
   */
  static async open(
    server: string,
    disk: Disk,
    take: (record: LogRecord) => void,
    nextSalt: NextSalt = newSalt,
  ): Promise<OpenedLog> {
    const recovered = await readBack(server, disk, take);
    const torn_bytes = disk.length - recovered.end.position * BLOCK_BYTES;
    const log = new RegisterLog(server, disk, recovered, nextSalt);
    await log.#makeDurable(recovered);
    return { log, torn_bytes };
  }

  /** Which server this is the log of: see incarnationOf. */
  get incarnation(): string {
    return incarnationOf(this.#origin);
  }

  /** In bytes, without what a crash tore. */
  get length(): number {
    return this.#end.position * BLOCK_BYTES;
  }

  /** Takes the record; it is durable once a later `durable()` resolves. */
  append(record: LogRecord): void {
    this.#waiting.push(record);
    this.#appended++;
  }

  /** Resolves when every record appended before the call is durable. Rejects from then on once the disk failed. */
  async durable(): Promise<void> {
    const target = this.#appended;
    if (this.#failure !== null) throw this.#failure;
    while (this.#durable < target) {
      this.#commit ??= this.#exclusively(() => this.#commitWaiting());
      await this.#commit;
    }
  }

  /**
   * Marks the last batch, unless others are on their way: from then on its loss would be noticed, also if one of the
   * marks is lost with it. Rejects as `durable` does.
   */
  async settle(): Promise<void> {
    await this.durable();
    if (this.#commit !== null) return;
    this.#commit = this.#exclusively(() => this.#markTwice());
    await this.#commit;
  }

  /**
   * Puts a log of these records in the place of this one. `history` is asked for them once nothing is being written,
   * and must then give all that was appended before. Resolves with false where the disk has no room for it, or cannot
   * do it. Rejects as `durable` does.
   */
  async compact(history: () => Iterable<LogRecord>): Promise<boolean> {
    while (this.#commit !== null) await this.#commit;
    if (this.#failure !== null) throw this.#failure;
    let isDone = false;
    this.#commit = this.#exclusively(async () => {
      isDone = await this.#rewrite(history);
    });
    await this.#commit;
    return isDone;
  }

  async #rewrite(history: () => Iterable<LogRecord>): Promise<boolean> {
    const covered = this.#waiting;
    this.#waiting = [];
    const rewrite = new LogRewrite(this.#server, this.#origin, history(), this.#nextSalt(this.#salt));
    const isReplaced = (await this.#disk.replace?.(rewrite.parts())) ?? false;
    if (!isReplaced) {
      this.#waiting = [...covered, ...this.#waiting];
      return false;
    }
    this.#salt = rewrite.salt;
    this.#end = rewrite.end;
    this.#marked = [rewrite.end.batch, rewrite.end.batch];
    this.#durable += covered.length;
    return true;
  }

  /**
   * The process before this one may have died between writing its last batch and the sync, or after a failed one, after
   * which the operating system takes for written what is not (Rebello et al.). So a sync alone would prove nothing: the
   * batch and the newest mark are written again. Those before them were durable before they were begun.
   */
  async #makeDurable({ last, previous, marks }: RecoveredLog): Promise<void> {
    const rewritten = last.bytes.length > 0 ? this.#disk.write(last.position * BLOCK_BYTES, last.bytes) : undefined;
    await Promise.all([rewritten, this.#markAgain(marks, previous)]);
    await this.#disk.sync();
    await this.#markTwice();
  }

  async #commitWaiting(): Promise<void> {
    const records = this.#waiting;
    this.#waiting = [];
    const { bytes, end } = encodeBatch(records, this.#salt, this.#end);
    // Both are under way before this waits: what a crash leaves of them is up to the disk.
    const written = this.#disk.write(this.#end.position * BLOCK_BYTES, bytes);
    await Promise.all([written, this.#markOnce(this.#end)]);
    await this.#disk.sync();
    this.#end = end;
    this.#durable += records.length;
  }

  /** Writes the mark of a batch that is durable, unless it has one; the mark is durable after the next sync. */
  async #markOnce(end: LogEnd): Promise<void> {
    if (Math.max(...this.#marked) < end.batch) await this.#markOver(end);
  }

  /** The newest mark as it was read, or a newer one. */
  async #markAgain(marks: Marks, previous: LogEnd): Promise<void> {
    if (Math.max(...this.#marked) < previous.batch) return this.#markOver(previous);
    const slot: MarkSlot = this.#marked[0] > this.#marked[1] ? 0 : 1;
    await this.#disk.write(MARK_BLOCKS[slot] * BLOCK_BYTES, encodeMark(marks[slot]!, this.#salt, slot));
  }

  /** One after the other, so that a crash leaves one of the marks. */
  async #markTwice(): Promise<void> {
    while (Math.min(...this.#marked) < this.#end.batch) {
      await this.#markOver(this.#end);
      await this.#disk.sync();
    }
  }

  /** Over the older mark, or over the one that is damaged. */
  #markOver({ batch, seal }: LogEnd): Promise<void> {
    const slot: MarkSlot = this.#marked[0] <= this.#marked[1] ? 0 : 1;
    this.#marked[slot] = batch;
    return this.#disk.write(MARK_BLOCKS[slot] * BLOCK_BYTES, encodeMark({ batch, seal }, this.#salt, slot));
  }

  /** Nothing is begun before this is done, and nothing at all once it has failed. */
  async #exclusively(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      throw this.#failure;
    } finally {
      this.#commit = null;
    }
  }
}

async function readBack(server: string, disk: Disk, take: (record: LogRecord) => void): Promise<RecoveredLog> {
  const bytesAt = async (position: number, length: number): Promise<Buffer> => {
    const bytes = await disk.read(position, length);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
  const reader = new LogReader(await bytesAt(0, HEAD_BYTES), server, disk.name, take);
  for (let at = HEAD_BYTES; at < disk.length; at += READ_BYTES) reader.read(await bytesAt(at, READ_BYTES));
  return reader.finish();
}
