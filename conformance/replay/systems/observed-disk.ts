import type { Disk } from "../../../impl/storage/disk.js";

/** A sync takes at least this long, so that a reply that does not wait for it is sure to arrive first. */
const SYNC_AT_LEAST_MS = 2;

/** A disk that knows whether everything appended has been synced. */
export class ObservedDisk implements Disk {
  readonly name: string;
  readonly #disk: Disk;
  #appended_bytes = 0;
  #synced_bytes = 0;

  constructor(disk: Disk) {
    this.name = disk.name;
    this.#disk = disk;
  }

  get isDurable(): boolean {
    return this.#synced_bytes === this.#appended_bytes;
  }

  readAll(): Promise<Uint8Array> {
    return this.#disk.readAll();
  }

  append(bytes: Uint8Array): Promise<void> {
    this.#appended_bytes += bytes.length;
    return this.#disk.append(bytes);
  }

  async sync(): Promise<void> {
    const covered_bytes = this.#appended_bytes;
    await new Promise((resolve) => setTimeout(resolve, SYNC_AT_LEAST_MS));
    await this.#disk.sync();
    this.#synced_bytes = Math.max(this.#synced_bytes, covered_bytes);
  }

  truncate(length: number): Promise<void> {
    return this.#disk.truncate(length);
  }

  close(): Promise<void> {
    return this.#disk.close();
  }
}
