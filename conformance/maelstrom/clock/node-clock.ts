/** The clock of one node, in the file that it shares with Quorate. The layout is that of clock.c. */
import { closeSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";

const WAITERS = 64;
const NOW_AT = 0;
const SEED_AT = 8;
const WAITERS_AT = 16;
const WAITER_BYTES = 24;
const BYTES = WAITERS_AT + WAITERS * WAITER_BYTES;

/** What clock.c passes on to the threads whose time has come. */
const WAKE = 62;

export class NodeClock {
  readonly file: string;
  readonly #fd: number;
  readonly #cells = Buffer.alloc(BYTES);

  /** @param seed of all that the node draws at random */
  constructor(file: string, seed: bigint) {
    this.file = file;
    this.#fd = openSync(file, "w+");
    ftruncateSync(this.#fd, BYTES);
    this.#cells.writeBigUInt64LE(BigInt.asUintN(64, seed), SEED_AT);
    writeSync(this.#fd, this.#cells, 0, BYTES, 0);
  }

  /** Until the earliest time that somebody in the node waits for; null where none is waited for. */
  untilDue_ns(): bigint | null {
    this.#read();
    let earliest: bigint | null = null;
    for (const { deadline_ns } of this.#waiters()) {
      if (earliest === null || deadline_ns < earliest) earliest = deadline_ns;
    }
    if (earliest === null) return null;
    const left = earliest - this.#cells.readBigInt64LE(NOW_AT);
    return left > 0n ? left : 0n;
  }

  /**
   * Moves the clock, and wakes whose time has come; returns whether there was anybody. Call it while the node is quiet.
   */
  advance(by_ns: bigint): boolean {
    this.#read();
    const now_ns = this.#cells.readBigInt64LE(NOW_AT) + by_ns;
    this.#cells.writeBigInt64LE(now_ns, NOW_AT);
    writeSync(this.#fd, this.#cells, NOW_AT, 8, NOW_AT);
    const due = new Set(this.#waiters().flatMap(({ pid, deadline_ns }) => (deadline_ns <= now_ns ? [pid] : [])));
    for (const pid of due) wake(pid);
    return due.size > 0;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #read(): void {
    readSync(this.#fd, this.#cells, 0, BYTES, 0);
  }

  #waiters(): { pid: number; deadline_ns: bigint }[] {
    const waiters: { pid: number; deadline_ns: bigint }[] = [];
    for (let at = WAITERS_AT; at < BYTES; at += WAITER_BYTES) {
      const pid = Number(this.#cells.readBigInt64LE(at));
      if (pid !== 0) waiters.push({ pid, deadline_ns: this.#cells.readBigInt64LE(at + 16) });
    }
    return waiters;
  }
}

function wake(pid: number): void {
  try {
    process.kill(pid, WAKE);
  } catch (error) {
    // It has ended while it waited.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
