/**
 * A disk in memory, for replay and simulation, that loses what a real disk may lose.
 *
 * Bytes become durable only when a sync completes, some microtasks after it was asked for; a crash in between loses
 * them, but for an optional torn prefix. No timers: millions of operations must cost little, and runs must repeat
 * exactly.
 */
import { SALT_BYTES } from "../encoding/log-blocks.js";
import { newLog } from "../encoding/log-format.js";
import type { Disk } from "../storage/disk.js";

/** Long enough for a reply that wrongly does not wait to be delivered before its record is durable. */
const SYNC_MICROTASKS = 8;

/** The disk's owner was killed while the operation was under way. */
export class DiskCrashedError extends Error {
  override readonly name = "DiskCrashedError";
}

/** A file that grows and is written over. What was handed out of it stays as it was: it is copied at the next write. */
class Content {
  #bytes: Uint8Array;
  #isHandedOut = true;
  length: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.length = bytes.length;
  }

  slice(start = 0, end = this.length): Uint8Array {
    this.#isHandedOut = true;
    return this.#bytes.subarray(start, Math.min(end, this.length));
  }

  write(position: number, bytes: Uint8Array): void {
    const end = position + bytes.length;
    if (this.#isHandedOut || end > this.#bytes.length) this.#moveTo(end);
    if (position > this.length) this.#bytes.fill(0, this.length, position);
    this.#bytes.set(bytes, position);
    this.length = Math.max(this.length, end);
  }

  /**
   * Bytes of its own, with room up to the end of what is written now; where that is further than before, with as much
   * again.
   */
  #moveTo(end: number): void {
    const moved = new Uint8Array(end > this.#bytes.length ? 2 * end : this.#bytes.length);
    moved.set(this.#bytes.subarray(0, this.length));
    this.#bytes = moved;
    this.#isHandedOut = false;
  }
}

interface Written {
  readonly position: number;
  readonly bytes: Uint8Array;
}

export class MemoryDisk implements Disk {
  readonly name: string;
  #content: Content;
  #durable: Content;
  /** What a crash may take away, in the order of writing. */
  #unsynced: Written[] = [];
  #syncs = 0;
  /** Counts crashes, so that a sync under way can tell that its process is gone. */
  #crashes = 0;
  /** From a crash until the next process reads the disk: until then, whoever writes is dead. */
  #isOrphaned = false;
  /** Whether there is something that processes see and syncs do not write. */
  #hasCleanPages = false;

  /** `content` must not change afterwards. */
  constructor(name = "memory", content: Uint8Array = new Uint8Array()) {
    this.name = name;
    this.#content = new Content(content);
    this.#durable = new Content(content);
  }

  /** The disk of a server that has a new log. Logs of one server in memory are all alike, so that runs repeat. */
  static withLogOf(server: string, name = `memory of ${server}`): MemoryDisk {
    return new MemoryDisk(name, newLog(server, Buffer.alloc(SALT_BYTES, server)));
  }

  /** What would survive a crash now. It stays as it is, and is not to be written to. */
  get durable(): Uint8Array {
    return this.#durable.slice();
  }

  /** Whether a crash now would lose nothing. */
  get isDurable(): boolean {
    return this.#unsynced.length === 0;
  }

  /** How often what is durable has changed. */
  get syncs(): number {
    return this.#syncs;
  }

  get length(): number {
    return this.#content.length;
  }

  /** What a crash now would leave: what is durable, and the first `tornLength` bytes of what is not. */
  remainsOfCrash(tornLength = 0): Uint8Array {
    const remains = new Content(this.#durable.slice());
    let left = tornLength;
    for (const { position, bytes } of this.#unsynced) {
      remains.write(position, bytes.subarray(0, left));
      left = Math.max(0, left - bytes.length);
    }
    return remains.slice();
  }

  /**
   * Loses what is not durable, except for the first `tornLength` bytes of it. The disk can then be read and used again.
   */
  crash(tornLength = 0): void {
    this.#crashes++;
    this.#isOrphaned = true;
    const remains = this.remainsOfCrash(tornLength);
    this.#unsynced = [];
    this.#durable = new Content(remains);
    this.#content = new Content(remains);
    this.#syncs++;
  }

  /**
   * The disk of a machine on which the process was killed: the next process sees what this one has written, synced or
   * not. After a failed sync what was not synced is clean besides, so that no later sync makes it durable.
   */
  afterKill(failedSync: boolean): MemoryDisk {
    const disk = new MemoryDisk(this.name, this.durable);
    disk.#content = new Content(this.#content.slice());
    if (failedSync) disk.#hasCleanPages = true;
    else disk.#unsynced = [...this.#unsynced];
    return disk;
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    this.#isOrphaned = false;
    return this.#content.slice(position, position + length);
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    this.#checkOwned();
    this.#content.write(position, bytes);
    this.#unsynced.push({ position, bytes: new Uint8Array(bytes) });
  }

  async sync(): Promise<void> {
    this.#checkOwned();
    const count = this.#unsynced.length;
    const crashes = this.#crashes;
    for (let waited = 0; waited < SYNC_MICROTASKS; waited++) await null;
    if (this.#crashes !== crashes) throw new DiskCrashedError(`${this.name}: crashed before the sync completed`);
    const synced = this.#unsynced.splice(0, count);
    if (this.#unsynced.length === 0 && !this.#hasCleanPages) this.#durable = new Content(this.#content.slice());
    else for (const { position, bytes } of synced) this.#durable.write(position, bytes);
    this.#syncs++;
  }

  async close(): Promise<void> {}

  #checkOwned(): void {
    if (this.#isOrphaned) throw new DiskCrashedError(`${this.name}: crashed, and not opened since`);
  }
}
