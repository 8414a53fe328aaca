import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { LogRecord } from "../../core/log-record.js";
import { encodeBatch, type LogEnd } from "../../encoding/log-batches.js";
import { BLOCK_BYTES, FIRST_BATCH_BLOCK } from "../../encoding/log-blocks.js";
import { HEAD_BYTES, newLog, recoverLog } from "../../encoding/log-format.js";
import { LogError, readIdentity } from "../../encoding/log-identity.js";
import { MemoryDisk } from "../../simulation/memory-disk.js";
import type { Disk } from "../disk.js";
import { FileDisk } from "../file-disk.js";
import { RegisterLog } from "../log.js";
import { ServerHost } from "../server-host.js";

const SALT = Buffer.from("0123456789abcdef");

const BATCHES: readonly (readonly LogRecord[])[] = [
  [{ kind: "frozen", below: 3 }],
  [
    { kind: "written", registerSet: 3, value: "apple" },
    { kind: "frozen", below: 7 },
  ],
  [{ kind: "written", registerSet: 7, value: "p".repeat(1000) }],
];

/** A log without marks of its batches, and where each of them begins. */
function wholeLog(batches = BATCHES, salt = SALT) {
  const head = newLog("S0", salt);
  let end: LogEnd = {
    position: FIRST_BATCH_BLOCK,
    batch: 0,
    seal: readIdentity(head.subarray(0, BLOCK_BYTES), "S0", "").seal,
  };
  const parts = [head];
  const starts: number[] = [];
  for (const batch of batches) {
    starts.push(end.position * BLOCK_BYTES);
    const encoded = encodeBatch(batch, salt, end);
    parts.push(encoded.bytes);
    end = encoded.end;
  }
  return { bytes: Buffer.concat(parts), starts };
}

const { bytes: WHOLE, starts: STARTS } = wholeLog();
const recover = (bytes: Uint8Array) => {
  const { records, end } = recoverLog(bytes, "S0", "registers.log");
  return { records, goodLength: end.position * BLOCK_BYTES };
};

const open = async (disk: Disk) => {
  const records: LogRecord[] = [];
  return { ...(await RegisterLog.open("S0", disk, (record) => records.push(record))), records };
};

describe("recovery of the log", () => {
  it("reads back what was written", () => {
    expect(recover(WHOLE)).toEqual({ records: BATCHES.flat(), goodLength: WHOLE.length });
    expect(recover(newLog("S0"))).toEqual({ records: [], goodLength: HEAD_BYTES });
  });

  it("keeps every whole batch, and no torn one, at every point of truncation", () => {
    for (let length = HEAD_BYTES; length <= WHOLE.length; length++) {
      const { records, goodLength } = recover(WHOLE.subarray(0, length));
      const whole = BATCHES.filter((_, i) => (STARTS[i + 1] ?? WHOLE.length) <= length);
      expect(records).toEqual(whole.flat());
      expect(goodLength).toBe(STARTS[whole.length] ?? WHOLE.length);
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
      const batch = at < STARTS[1]! ? 1 : 2;
      expect(() => recover(flip(WHOLE, at, 0xff))).toThrow(
        `registers.log: batch ${batch} of the log is damaged or missing from byte ${STARTS[batch - 1]} on, although batch ${batch + 1} follows at byte ${STARTS[batch]}: `,
      );
    }
  });

  it("refuses any damage to its first block", () => {
    for (let at = 0; at < BLOCK_BYTES; at++) expect(() => recover(flip(WHOLE, at, 0x01))).toThrow(LogError);
  });

  it("tells another server's log, another format and another kind of file apart", () => {
    const doomed = "this is not a log that can be served";
    expect(() => recoverLog(WHOLE, "S1", "f")).toThrow(new LogError("f: is the log of server S0, not of S1"));
    expect(() => recoverLog(Buffer.from("#!/bin/sh\n"), "S0", "f")).toThrow(
      new LogError(`f: damaged at byte 0: it does not begin like a log of registers; ${doomed}`),
    );
    expect(() => recoverLog(new Uint8Array(), "S0", "f")).toThrow(/^f: damaged at byte 0: it does not begin/);
    expect(() => recoverLog(WHOLE.subarray(0, 100), "S0", "f")).toThrow(
      new LogError(`f: damaged at byte 0: it ends after 100 bytes; ${doomed}`),
    );
    const later = Buffer.from(WHOLE);
    later[16] = 4;
    expect(() => recoverLog(later, "S0", "f")).toThrow(
      new LogError("f: is of format version 4, this program reads version 3"),
    );
    const flipped = flip(WHOLE, 40, 1);
    expect(() => recoverLog(flipped, "S0", "f")).toThrow(
      new LogError(`f: damaged at byte 0: its first block is not as it was written; ${doomed}`),
    );
  });

  it("takes no block that was carried in a value, left at another place, or written by another log", () => {
    const smuggled = wholeLog([BATCHES[0]!, BATCHES[0]!, BATCHES[0]!]).bytes.toString("latin1");
    const { bytes, starts } = wholeLog([BATCHES[0]!, [{ kind: "written", registerSet: 5, value: smuggled }]]);
    for (let at = starts[1]!; at < bytes.length; at += BLOCK_BYTES) {
      expect(recover(flip(bytes, at + 8, 1)).goodLength).toBe(starts[1]);
    }
    const misplaced = Buffer.concat([WHOLE.subarray(0, STARTS[1]), WHOLE.subarray(STARTS[2])]);
    expect(recover(misplaced).goodLength).toBe(STARTS[1]);
    const another = wholeLog(BATCHES, Buffer.from("another salt 123")).bytes;
    const mixed = Buffer.concat([WHOLE.subarray(0, STARTS[1]), another.subarray(STARTS[1])]);
    expect(recover(mixed).goodLength).toBe(STARTS[1]);
    const twoOfNewLogs = [newLog("S0"), newLog("S0")];
    expect(twoOfNewLogs[0]!.equals(twoOfNewLogs[1]!)).toBe(false);
  });

  it("does not go on with a block that an earlier batch of the same number left", () => {
    const twoBlocks = (value: string) => wholeLog([BATCHES[0]!, [{ kind: "written", registerSet: 5, value }]]);
    const earlier = twoBlocks("e".repeat(600));
    const later = twoBlocks("l".repeat(600));
    const stale = Buffer.concat([
      later.bytes.subarray(0, later.starts[1]! + BLOCK_BYTES),
      earlier.bytes.subarray(-BLOCK_BYTES),
    ]);
    expect(recover(stale)).toEqual({ records: BATCHES[0], goodLength: later.starts[1] });
  });

  it("takes a tail of zeros, of any length, for a torn one", () => {
    for (const length of [1, 511, 4096, 3_000_000]) {
      expect(recover(Buffer.concat([WHOLE, Buffer.alloc(length)])).goodLength).toBe(WHOLE.length);
    }
  });

  it("refuses records that contradict each other, and batches without any are not made", async () => {
    const contradiction: LogRecord[] = [
      { kind: "frozen", below: 9 },
      { kind: "written", registerSet: 5, value: "A" },
    ];
    const disk = new MemoryDisk("f", wholeLog([contradiction]).bytes);
    await expect(ServerHost.open("S0", disk)).rejects.toThrow(
      new LogError("f: unreadable records at byte 1536: register 5 is write-once and not unwritten but nil"),
    );
    expect(() => encodeBatch([], SALT, { position: 3, batch: 0, seal: "00" })).toThrow(
      "a batch has at least one record",
    );
  });
});

describe("a log on a disk", () => {
  it("goes on after a torn tail, at every length of the tear", async () => {
    const tornAtMost = STARTS[2]! - STARTS[1]!;
    for (let tornLength = 0; tornLength <= tornAtMost; tornLength++) {
      const disk = MemoryDisk.withLogOf("S0");
      const { log } = await open(disk);
      log.append(BATCHES[0]![0]!);
      await log.durable();
      for (const record of BATCHES[1]!) log.append(record);
      const cutShort = log.durable();
      disk.crash(tornLength);
      await expect(cutShort).rejects.toThrow(/crashed/);
      const again = await open(disk);
      const survivors = tornLength === tornAtMost ? BATCHES.slice(0, 2).flat() : BATCHES[0]!;
      expect(again.records).toEqual(survivors);
      again.log.append(BATCHES[2]![0]!);
      await again.log.durable();
      disk.crash();
      expect((await open(disk)).records).toEqual([...survivors, BATCHES[2]![0]]);
    }
  });

  it("shares one sync among all records that wait", async () => {
    const disk = MemoryDisk.withLogOf("S0");
    const { log } = await open(disk);
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
    const disk = MemoryDisk.withLogOf("S0");
    const { log } = await open(disk);
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
      const torn = Buffer.concat([WHOLE.subarray(0, WHOLE.length - 1)]);
      await writeFile(file, torn);
      const disk = await FileDisk.open(directory);
      const opened = await open(disk);
      expect(opened.records).toEqual(BATCHES.slice(0, 2).flat());
      expect(opened.torn_bytes).toBe(WHOLE.length - 1 - STARTS[2]!);
      opened.log.append(BATCHES[2]![0]!);
      await opened.log.durable();
      await disk.close();
      const written = await readFile(file);
      expect(written.subarray(HEAD_BYTES)).toEqual(WHOLE.subarray(HEAD_BYTES));
      await writeFile(file, flip(written, STARTS[1]!, 1));
      const damaged = await FileDisk.open(directory);
      await expect(open(damaged)).rejects.toThrow(
        `${file}: batch 2 of the log is damaged or missing from byte ${STARTS[1]} on, although batch 3 follows at byte ${STARTS[2]}: `,
      );
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
