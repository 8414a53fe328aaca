/**
 * A disk in memory that records what is done to it, so that tests can make of it what a crash may leave at any moment.
 */
import { MemoryDisk } from "../../simulation/memory-disk.js";
import type { Disk } from "../disk.js";

export const SECTOR_BYTES = 512;

export type DiskOperation =
  | { readonly do: "write"; readonly position: number; readonly bytes: Uint8Array }
  | { readonly do: "sync" }
  /** How many records were acknowledged by then. */
  | { readonly do: "acknowledge"; readonly records: number };

export class RecordedDisk implements Disk {
  readonly name = "recorded";
  readonly operations: DiskOperation[] = [];
  readonly first: Uint8Array;
  readonly #disk: MemoryDisk;

  constructor(content: Uint8Array) {
    this.first = Uint8Array.from(content);
    this.#disk = new MemoryDisk("recorded", content);
  }

  get length(): number {
    return this.#disk.length;
  }

  get content(): Buffer {
    return Buffer.from(this.#disk.durable);
  }

  acknowledge(records: number): void {
    this.operations.push({ do: "acknowledge", records });
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return this.#disk.read(position, length);
  }

  write(position: number, bytes: Uint8Array): Promise<void> {
    this.operations.push({ do: "write", position, bytes: Uint8Array.from(bytes) });
    return this.#disk.write(position, bytes);
  }

  async sync(): Promise<void> {
    await this.#disk.sync();
    this.operations.push({ do: "sync" });
  }

  async close(): Promise<void> {}
}

/** What was durable at one moment, and what may or may not have been. */
export interface CrashPoint {
  readonly durable: Buffer;
  /** One for each sector written since the last sync. */
  readonly pending: readonly Pending[];
  readonly acknowledged: number;
}

export interface Pending {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** The moments after each operation. */
export function* crashPoints({ first, operations }: RecordedDisk): Generator<CrashPoint> {
  let durable: Buffer = Buffer.from(first);
  let pending: Pending[] = [];
  let acknowledged = 0;
  yield { durable, pending, acknowledged };
  for (const operation of operations) {
    switch (operation.do) {
      case "write":
        pending = [...pending, ...sectorsOf(operation)];
        break;
      case "sync":
        for (const change of pending) durable = applied(durable, change);
        pending = [];
        break;
      case "acknowledge":
        acknowledged = operation.records;
    }
    yield { durable, pending, acknowledged };
  }
}

function sectorsOf({ position, bytes }: Pending): Pending[] {
  const sectors: Pending[] = [];
  for (let at = 0; at < bytes.length; at += SECTOR_BYTES) {
    sectors.push({ position: position + at, bytes: bytes.subarray(at, at + SECTOR_BYTES) });
  }
  return sectors;
}

/** The image with the change; what lies between its end and the change is zeros. */
export function applied(image: Buffer, change: Pending): Buffer {
  const changed = Buffer.alloc(Math.max(image.length, change.position + change.bytes.length));
  image.copy(changed);
  changed.set(change.bytes, change.position);
  return changed;
}
