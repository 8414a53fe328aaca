import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { LogRecord } from "../../core/log-record.js";
import { encodeBatch, encodeHeader, LogError, recoverLog } from "../../encoding/log-format.js";
import { MemoryDisk } from "../../simulation/memory-disk.js";
import { FileDisk } from "../file-disk.js";
import { RegisterLog } from "../log.js";

const BATCHES: readonly (readonly LogRecord[])[] = [
  [{ kind: "frozen", below: 3 }],
  [
    { kind: "written", registerSet: 3, value: "apple" },
    { kind: "frozen", below: 7 },
  ],
  [{ kind: "written", registerSet: 7, value: "pear" }],
];

/** A whole log, and where each of its batches begins. */
function wholeLog(batches = BATCHES) {
  const parts = [encodeHeader("S0")];
  const starts: number[] = [];
  let length = parts[0]!.length;
  for (const batch of batches) {
    const bytes = encodeBatch(batch, length);
    starts.push(length);
    parts.push(bytes);
    length += bytes.length;
  }
  return { bytes: Buffer.concat(parts), starts };
}

const { bytes: WHOLE, starts: STARTS } = wholeLog();
const recover = (bytes: Uint8Array) => recoverLog(bytes, "S0", "registers.log");

describe("recovery of the log", () => {
  it("reads back what was written", () => {
    expect(recover(WHOLE)).toEqual({ records: BATCHES.flat(), goodLength: WHOLE.length });
  });

  it("keeps every whole batch, and no torn one, at every point of truncation", () => {
    for (let length = 0; length <= WHOLE.length; length++) {
      const { records, goodLength } = recover(WHOLE.subarray(0, length));
      const whole = BATCHES.filter((_, i) => (STARTS[i + 1] ?? WHOLE.length) <= length);
      expect(records).toEqual(whole.flat());
      expect(goodLength).toBe(length < STARTS[0]! ? 0 : (STARTS[whole.length] ?? WHOLE.length));
    }
  });

  it("cuts off the last batch whichever of its bytes changed, and however", () => {
    for (let at = STARTS[2]!; at < WHOLE.length; at++) {
      for (const change of [0x01, 0x80, 0xff]) {
        const { records, goodLength } = recover(flip(WHOLE, at, change));
        expect(records).toEqual(BATCHES.slice(0, 2).flat());
        expect(goodLength).toBe(STARTS[2]);
      }
    }
  });

  it("refuses damage before a good batch, and says where it is", () => {
    for (let at = STARTS[0]!; at < STARTS[2]!; at++) {
      const batch = at < STARTS[1]! ? 0 : 1;
      expect(() => recover(flip(WHOLE, at, 0xff))).toThrow(
        new RegExp(
          `registers\\.log: damaged at byte ${STARTS[batch]}, with good records from byte ${STARTS[batch + 1]} on`,
        ),
      );
    }
  });

  it("refuses any damage to the header", () => {
    for (let at = 0; at < STARTS[0]!; at++) expect(() => recover(flip(WHOLE, at, 0x01))).toThrow(LogError);
  });

  it("tells another server's log, another format and another kind of file apart", () => {
    expect(() => recoverLog(WHOLE, "S1", "f")).toThrow("f: is the log of server S0, not of S1");
    expect(() => recover(Buffer.from("#!/bin/sh\n"))).toThrow(/damaged at byte 0/);
  });

  it("is not fooled by a batch carried in a value, or left over at another place", () => {
    const smuggled = encodeBatch([{ kind: "frozen", below: 99 }], 0).toString("latin1");
    const { bytes, starts } = wholeLog([BATCHES[0]!, [{ kind: "written", registerSet: 5, value: smuggled }]]);
    expect(recover(flip(bytes, starts[1]! + 8, 1)).goodLength).toBe(starts[1]);
    const misplaced = Buffer.concat([WHOLE.subarray(0, STARTS[1]), WHOLE.subarray(STARTS[2])]);
    expect(recover(misplaced).goodLength).toBe(STARTS[1]);
  });

  it("takes a tail of zeros for a torn one", () => {
    expect(recover(Buffer.concat([WHOLE, Buffer.alloc(4096)])).goodLength).toBe(WHOLE.length);
  });
});

describe("a log on a disk", () => {
  it("goes on after a torn tail, at every length of the tear", async () => {
    const tornAtMost = encodeBatch(BATCHES[1]!, 0).length;
    for (let tornLength = 0; tornLength <= tornAtMost; tornLength++) {
      const disk = new MemoryDisk();
      const { log } = await RegisterLog.open("S0", disk);
      log.append(BATCHES[0]![0]!);
      await log.durable();
      for (const record of BATCHES[1]!) log.append(record);
      const cutShort = log.durable();
      disk.crash(tornLength);
      await expect(cutShort).rejects.toThrow(/crashed/);
      const again = await RegisterLog.open("S0", disk);
      const survivors = tornLength === tornAtMost ? BATCHES.slice(0, 2).flat() : BATCHES[0]!;
      expect(again.records).toEqual(survivors);
      again.log.append(BATCHES[2]![0]!);
      await again.log.durable();
      disk.crash();
      expect((await RegisterLog.open("S0", disk)).records).toEqual([...survivors, BATCHES[2]![0]]);
    }
  });

  it("shares one sync among all records that wait", async () => {
    const disk = new MemoryDisk();
    const { log } = await RegisterLog.open("S0", disk);
    let syncs = 0;
    const sync = disk.sync.bind(disk);
    disk.sync = () => {
      syncs++;
      return sync();
    };
    const commits: Promise<void>[] = [];
    for (let registerSet = 0; registerSet < 100; registerSet++) {
      log.append({ kind: "written", registerSet, value: "v" });
      commits.push(log.durable());
    }
    await Promise.all(commits);
    expect(syncs).toBe(2);
  });

  it("writes nothing more once the disk has failed: nobody knows what is on it", async () => {
    const disk = new MemoryDisk();
    const { log } = await RegisterLog.open("S0", disk);
    const { sync } = disk;
    disk.sync = () => Promise.reject(new Error("ENOSPC"));
    log.append(BATCHES[0]![0]!);
    await expect(log.durable()).rejects.toThrow("ENOSPC");
    disk.sync = sync;
    const { length } = disk;
    log.append(BATCHES[0]![0]!);
    await expect(log.durable()).rejects.toThrow("ENOSPC");
    expect(disk.length).toBe(length);
  });

  it("survives on a real disk, and cuts and refuses the same way", async () => {
    const directory = await mkdtemp(path.join(tmpdir(), "quorate-log-"));
    const file = path.join(directory, "registers.log");
    try {
      await writeFile(file, WHOLE.subarray(0, WHOLE.length - 1));
      const disk = await FileDisk.open(directory);
      const opened = await RegisterLog.open("S0", disk);
      expect(opened.records).toEqual(BATCHES.slice(0, 2).flat());
      expect(opened.cut_bytes).toBe(WHOLE.length - 1 - STARTS[2]!);
      opened.log.append(BATCHES[2]![0]!);
      await opened.log.durable();
      await disk.close();
      expect(await readFile(file)).toEqual(WHOLE);
      await writeFile(file, flip(WHOLE, STARTS[1]!, 1));
      const damaged = await FileDisk.open(directory);
      await expect(RegisterLog.open("S0", damaged)).rejects.toThrow(`${file}: damaged at byte ${STARTS[1]}`);
      await damaged.close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

function flip(bytes: Buffer, at: number, change: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[at]! ^= change;
  return flipped;
}
