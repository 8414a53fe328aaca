/** Logs and files that are longer than 31 and 32 bits can say. */
import { mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogRecord } from "../../core/log-record.js";
import { encodeBatch, readBatchBlock } from "../../encoding/log-batches.js";
import { newLog } from "../../encoding/log-format.js";
import type { Disk } from "../disk.js";
import { FileDisk } from "../file-disk.js";
import { RegisterLog } from "../log.js";

const RECORD: LogRecord = { kind: "written", registerSet: 7, value: "apple" };

/** A disk of this length on which a crash has left nothing but the head of a log, and room for much more. */
class EndlessDisk implements Disk {
  readonly name = "endless";
  readonly length: number;
  readonly #head = newLog("S0");
  readonly #nothing = Buffer.alloc(1024 * 1024);
  readonly written: number[] = [];

  constructor(length: number) {
    this.length = length;
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    const bytes = position === 0 ? this.#head : this.#nothing;
    return bytes.subarray(0, Math.min(length, this.length - position));
  }

  async write(position: number): Promise<void> {
    this.written.push(position);
  }

  async sync(): Promise<void> {}
  async close(): Promise<void> {}
}

describe("a log of more than 2 GiB", () => {
  it("is recovered, piece by piece", async () => {
    const length = 2 ** 31 + 1024 * 1024 + 512;
    const disk = new EndlessDisk(length);
    const { log, torn_bytes } = await RegisterLog.open("S0", disk, () => expect.unreachable());
    expect(torn_bytes).toBe(length - 3 * 512);
    log.append(RECORD);
    await log.durable();
    expect(disk.written).toContain(3 * 512);
  });

  it("has blocks that know their places, wherever these are", () => {
    const salt = Buffer.alloc(16, 1);
    for (const position of [2 ** 22, 2 ** 23, 2 ** 31, 2 ** 32, 2 ** 40]) {
      const { bytes, end } = encodeBatch([RECORD], salt, { position, batch: 5, seal: "00".repeat(8) });
      expect(end.position).toBe(position + 1);
      expect(readBatchBlock(bytes, salt, position)?.batch).toBe(6);
      for (const other of [position % 2 ** 31, position % 2 ** 32, position - 1, 2 * position]) {
        if (other !== position) expect(readBatchBlock(bytes, salt, other)).toBeNull();
      }
    }
  });
});

describe("a file of more than 2 GiB", () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "quorate-positions-"));
  });

  afterEach(() => rm(directory, { recursive: true }));

  it("is written and read where it should be", async () => {
    await FileDisk.create(directory, newLog("S0"));
    // Sparse: it takes next to no room.
    await truncate(path.join(directory, "registers.log"), 2 ** 33);
    const disk = await FileDisk.open(directory);
    for (const position of [2 ** 31 - 2, 2 ** 32 - 2, 2 ** 33 - 2]) await disk.write(position, Buffer.from("apple"));
    expect(disk.length).toBe(2 ** 33 + 3);
    for (const position of [2 ** 31 - 2, 2 ** 32 - 2, 2 ** 33 - 2]) {
      expect(Buffer.from(await disk.read(position, 5)).toString()).toBe("apple");
    }
    expect([...(await disk.read(2 ** 31 - 4, 2)), ...(await disk.read(2 ** 31 + 3, 2))]).toEqual([0, 0, 0, 0]);
    await disk.close();
  });
});
