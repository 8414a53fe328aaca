/**
 * Disks whose syncs fail, and lie afterwards: after a failed fdatasync Linux marks the pages clean, so that the next
 * sync succeeds and writes nothing, while whoever reads still sees what was written (Rebello et al., "Can applications
 * recover from fsync failures?", 2020). What a server reveals must survive a power cut all the same.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogRecord } from "../../core/log-record.js";
import { newLog } from "../../encoding/log-format.js";
import type { Disk } from "../disk.js";
import { RegisterLog } from "../log.js";

const PAGE_BYTES = 4096;

/** The page cache and the disk below it, which outlive processes. */
class CleanPagesDisk implements Disk {
  readonly name = "clean pages";
  #cache: Buffer;
  #disk: Buffer;
  readonly #dirty = new Set<number>();
  /** Which of the syncs to come fail. */
  failing: boolean[] = [];

  constructor(content: Buffer) {
    this.#cache = Buffer.from(content);
    this.#disk = Buffer.from(content);
  }

  get length(): number {
    return this.#cache.length;
  }

  powerCut(): void {
    this.#cache = Buffer.from(this.#disk);
    this.#dirty.clear();
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    return Buffer.from(this.#cache.subarray(position, position + length));
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    const end = position + bytes.length;
    if (end > this.#cache.length) this.#cache = Buffer.concat([this.#cache], end);
    this.#cache.set(bytes, position);
    for (let page = Math.floor(position / PAGE_BYTES); page * PAGE_BYTES < end; page++) this.#dirty.add(page);
  }

  /** A failing one writes nothing and marks everything clean. */
  async sync(): Promise<void> {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    if (this.failing.shift() ?? false) throw new Error("EIO: i/o error, fdatasync");
    this.#disk = Buffer.concat([this.#disk], this.#cache.length);
    for (const page of dirty) {
      this.#cache.copy(this.#disk, page * PAGE_BYTES, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
    }
  }

  async close(): Promise<void> {}
}

/** Larger than a page, so that pages of a batch are lost and others are not. */
const record = (registerSet: number): LogRecord => ({
  kind: "written",
  registerSet,
  value: registerSet % 3 === 0 ? "x".repeat(6000) : "apple",
});

/** A process: what it reveals as it starts, or null where it does not. */
async function start(disk: Disk): Promise<{ log: RegisterLog; records: LogRecord[] } | null> {
  const records: LogRecord[] = [];
  const opened = await RegisterLog.open("S0", disk, (record) => records.push(record)).catch(() => null);
  return opened === null ? null : { log: opened.log, records };
}

describe("after a failed sync", () => {
  it("a new process does not reveal what a power cut then takes away", async () => {
    const disk = new CleanPagesDisk(newLog("S0"));
    const first = (await start(disk))!;
    disk.failing = [true];
    first.log.append(record(0));
    await expect(first.log.durable()).rejects.toThrow("EIO");
    const second = (await start(disk))!;
    expect(second.records).toEqual([record(0)]);
    disk.powerCut();
    expect((await start(disk))!.records).toEqual([record(0)]);
  });

  it("nothing that was revealed or acknowledged is lost, whichever syncs fail, and whenever power is cut", async () => {
    let revealedAfterFailure = 0;
    const step = fc.record({ act: fc.constantFrom("write", "write", "settle", "restart", "cut"), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const disk = new CleanPagesDisk(newLog("S0"));
        let process = await start(disk);
        let promised: readonly LogRecord[] = [];
        let written = 0;
        let hasFailed = false;
        for (const { act, fails } of steps) {
          disk.failing = [fails];
          if (act === "restart" || act === "cut" || process === null) {
            if (act === "cut") disk.powerCut();
            process = await start(disk);
            if (process === null) continue;
            expect(process.records.slice(0, promised.length)).toEqual(promised);
            if (process.records.length > promised.length && hasFailed) revealedAfterFailure++;
            promised = process.records;
            written = promised.length;
            continue;
          }
          if (act === "write") process.log.append(record(written++));
          const done = await (act === "write" ? process.log.durable() : process.log.settle()).then(
            () => true,
            () => false,
          );
          hasFailed ||= !done;
          if (done && act === "write") promised = [...promised, record(promised.length)];
          if (!done) process = null;
        }
        disk.failing = [];
        disk.powerCut();
        const last = (await start(disk))!;
        expect(last.records.slice(0, promised.length)).toEqual(promised);
      }),
      { numRuns: 2000 },
    );
    expect(revealedAfterFailure).toBeGreaterThan(50);
  });
});
