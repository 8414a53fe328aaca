/**
 * A server's append-only log, with group commit: all records that wait while one sync is under way share the next.
 */

import type { LogRecord } from "../core/log-record.js";
import { encodeBatch, encodeHeader, recoverLog } from "../encoding/log-format.js";
import type { Disk } from "./disk.js";

export interface OpenedLog {
  readonly log: RegisterLog;
  readonly records: readonly LogRecord[];
  /** Length of the torn tail that was cut off, in bytes. */
  readonly cut_bytes: number;
}

export class RegisterLog {
  readonly #disk: Disk;
  #length: number;
  #waiting: LogRecord[] = [];
  /** Records appended and records durable, since the log was opened. */
  #appended = 0;
  #durable = 0;
  #commit: Promise<void> | null = null;
  /** The first failure of the disk. Nothing is written after it: what the disk then holds is not known. */
  #failure: Error | null = null;

  private constructor(disk: Disk, length: number) {
    this.#disk = disk;
    this.#length = length;
  }

  /** Reads the log back, or begins it. Throws LogError (see log-format) and the disk's errors. */
  static async open(server: string, disk: Disk): Promise<OpenedLog> {
    const content = await disk.readAll();
    const { records, goodLength } = recoverLog(content, server, disk.name);
    if (goodLength < content.length) await disk.truncate(goodLength);
    const header = encodeHeader(server);
    if (goodLength === 0) await disk.append(header);
    // Also when nothing was cut: the process before this one may have died between its last append and its sync, and
    // what we have just read, and will now tell others, must not be lost after all.
    await disk.sync();
    const log = new RegisterLog(disk, Math.max(goodLength, header.length));
    return { log, records, cut_bytes: content.length - goodLength };
  }

  /** Takes the record; it is durable once a later `durable()` resolves. */
  append(record: LogRecord): void {
    this.#waiting.push(record);
    this.#appended++;
  }

  /** Resolves when every record appended before the call is durable. Rejects, now and for ever, once the disk failed. */
  async durable(): Promise<void> {
    const target = this.#appended;
    if (this.#failure !== null) throw this.#failure;
    while (this.#durable < target) {
      this.#commit ??= this.#commitWaiting();
      await this.#commit;
    }
  }

  async #commitWaiting(): Promise<void> {
    const records = this.#waiting;
    this.#waiting = [];
    const batch = encodeBatch(records, this.#length);
    try {
      await this.#disk.append(batch);
      await this.#disk.sync();
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      throw this.#failure;
    } finally {
      this.#commit = null;
    }
    this.#length += batch.length;
    this.#durable += records.length;
  }
}
