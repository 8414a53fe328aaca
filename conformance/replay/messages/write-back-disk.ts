import type { Disk } from "../../../impl/storage/disk.js";

/** A sync takes at least this long, so that a reply that does not wait for it is sure to leave first. */
const SYNC_AT_LEAST_MS = 2;

/**
 * A disk that keeps what is written in the memory of its process until a sync writes it through. A killed process loses
 * only its memory, and the operating system would write the rest: with this between, kill -9 loses what a power cut
 * would.
 */
export class WriteBackDisk implements Disk {
  readonly name: string;
  readonly #disk: Disk;
  #unwritten: { readonly position: number; readonly bytes: Uint8Array }[] = [];

  constructor(disk: Disk) {
    this.name = disk.name;
    this.#disk = disk;
  }

  get length(): number {
    return this.#disk.length;
  }

  /** The log reads before it writes anything: what is not written through is never read. */
  async read(position: number, length: number): Promise<Uint8Array> {
    if (this.#unwritten.length > 0) throw new Error(`${this.name}: read with bytes that were not synced`);
    return this.#disk.read(position, length);
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    this.#unwritten.push({ position, bytes: Uint8Array.from(bytes) });
  }

  async sync(): Promise<void> {
    const unwritten = this.#unwritten;
    this.#unwritten = [];
    await new Promise((resolve) => setTimeout(resolve, SYNC_AT_LEAST_MS));
    for (const { position, bytes } of unwritten) await this.#disk.write(position, bytes);
    await this.#disk.sync();
  }

  close(): Promise<void> {
    return this.#disk.close();
  }
}
