/**
 * A disk in memory, for replay and simulation, that loses what a real disk may lose.
 *
 * Bytes become durable only when a sync completes, some microtasks after it was asked for; a crash in between loses them,
 * but for an optional torn prefix. No timers: millions of operations must cost little, and runs must repeat exactly.
 */
import type { Disk } from "../storage/disk.js";

/** Long enough for a reply that wrongly does not wait to be delivered before its record is durable. */
const SYNC_MICROTASKS = 8;

const INITIAL_BYTES = 256;

/** The disk's owner was killed while the operation was under way. */
export class DiskCrashedError extends Error {
  override readonly name = "DiskCrashedError";
}

export class MemoryDisk implements Disk {
  readonly name: string;
  #content = new Uint8Array(INITIAL_BYTES);
  #length = 0;
  #durableLength = 0;
  /** Counts crashes, so that a sync under way can tell that its process is gone. */
  #crashes = 0;
  /** From a crash until the next process reads the disk: until then, whoever writes is dead. */
  #isOrphaned = false;

  constructor(name = "memory") {
    this.name = name;
  }

  /** Bytes that would survive a crash now. */
  get durableLength(): number {
    return this.#durableLength;
  }

  /** A copy of what would survive a crash now. */
  get durable(): Uint8Array {
    return this.#content.slice(0, this.#durableLength);
  }

  get length(): number {
    return this.#length;
  }

  /** Loses what is not durable, except for the first `tornLength` bytes of it. The disk can then be read and used again. */
  crash(tornLength = 0): void {
    this.#crashes++;
    this.#isOrphaned = true;
    this.#length = Math.min(this.#length, this.#durableLength + tornLength);
    this.#durableLength = this.#length;
  }

  async readAll(): Promise<Uint8Array> {
    this.#isOrphaned = false;
    return this.#content.slice(0, this.#length);
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#checkOwned();
    const start = this.#length;
    this.#length += bytes.length;
    if (this.#length > this.#content.length) {
      const grown = new Uint8Array(2 * this.#length);
      grown.set(this.#content.subarray(0, start));
      this.#content = grown;
    }
    this.#content.set(bytes, start);
  }

  async sync(): Promise<void> {
    this.#checkOwned();
    const length = this.#length;
    const crashes = this.#crashes;
    for (let waited = 0; waited < SYNC_MICROTASKS; waited++) await null;
    if (this.#crashes !== crashes) throw new DiskCrashedError(`${this.name}: crashed before the sync completed`);
    this.#durableLength = Math.max(this.#durableLength, length);
  }

  async truncate(length: number): Promise<void> {
    this.#checkOwned();
    this.#length = Math.min(this.#length, length);
    this.#durableLength = Math.min(this.#durableLength, length);
  }

  async close(): Promise<void> {}

  #checkOwned(): void {
    if (this.#isOrphaned) throw new DiskCrashedError(`${this.name}: crashed, and not opened since`);
  }
}
