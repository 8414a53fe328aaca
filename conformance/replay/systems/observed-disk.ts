import { setTimeout } from "node:timers/promises";
import type { Disk } from "../../../impl/storage/disk.js";

/** A sync takes at least this long, so that a reply that does not wait for it is sure to arrive first. */
const SYNC_AT_LEAST_MS = 2;

/** A disk that knows whether everything written has been synced. */
export class ObservedDisk implements Disk {
  readonly name: string;
  readonly #disk: Disk;
  #written = 0;
  #synced = 0;

  constructor(disk: Disk) {
    this.name = disk.name;
    this.#disk = disk;
  }

  get isDurable(): boolean {
    return this.#synced === this.#written;
  }

  get length(): number {
    return this.#disk.length;
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return this.#disk.read(position, length);
  }

  write(position: number, bytes: Uint8Array): Promise<void> {
    this.#written++;
    return this.#disk.write(position, bytes);
  }

  async sync(): Promise<void> {
    const covered = this.#written;
    await Promise.all([this.#disk.sync(), setTimeout(SYNC_AT_LEAST_MS)]);
    this.#synced = Math.max(this.#synced, covered);
  }

  close(): Promise<void> {
    return this.#disk.close();
  }
}
