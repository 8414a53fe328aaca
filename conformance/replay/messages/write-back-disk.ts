import type { Disk } from "../../../impl/storage/disk.js";

/** A sync takes at least this long, so that a reply that does not wait for it is sure to leave first. */
const SYNC_AT_LEAST_MS = 2;

/**
 * A disk that keeps what is appended in the memory of its process until a sync writes it through. A killed process loses
 * only its memory, and the operating system would write the rest: with this between, kill -9 loses what a power cut would.
 */
export class WriteBackDisk implements Disk {
  readonly name: string;
  readonly #disk: Disk;
  #unwritten: Uint8Array[] = [];

  constructor(disk: Disk) {
    this.name = disk.name;
    this.#disk = disk;
  }

  async readAll(): Promise<Uint8Array> {
    return Buffer.concat([await this.#disk.readAll(), ...this.#unwritten]);
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#unwritten.push(Uint8Array.from(bytes));
  }

  async sync(): Promise<void> {
    const unwritten = this.#unwritten;
    this.#unwritten = [];
    await new Promise((resolve) => setTimeout(resolve, SYNC_AT_LEAST_MS));
    await this.#disk.append(Buffer.concat(unwritten));
    await this.#disk.sync();
  }

  /** The log cuts its tail before it appends anything: what is not written through is never cut. */
  async truncate(length: number): Promise<void> {
    if (this.#unwritten.length > 0) throw new Error(`${this.name}: truncated with bytes that were not synced`);
    await this.#disk.truncate(length);
  }

  close(): Promise<void> {
    return this.#disk.close();
  }
}
