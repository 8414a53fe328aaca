/**
 * Every image of a log that a crash may leave is recovered, and is right; every image that damage may leave is refused,
 * or is right but for a last batch without a mark.
 */

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { tries } from "../../../spec/test/effort.js";
import type { LogRecord } from "../../core/log-record.js";
import { FIRST_BATCH_BLOCK } from "../../encoding/log-blocks.js";
import { HEAD_BYTES, newLog, recoverLog } from "../../encoding/log-format.js";
import { LogError } from "../../encoding/log-identity.js";
import { MemoryDisk } from "../../simulation/memory-disk.js";
import { RegisterLog } from "../log.js";
import { applied, type CrashPoint, crashPoints, RecordedDisk, SECTOR_BYTES } from "./recorded-disk.js";

const SALT = Buffer.from("0123456789abcdef");

/** Batches of one sector, of one record that takes two, and of several records. */
const BATCHES: readonly (readonly LogRecord[])[] = [
  [{ kind: "frozen", below: 3 }],
  [{ kind: "written", registerSet: 3, value: "x".repeat(700) }],
  [
    { kind: "written", registerSet: 4, value: "apple" },
    { kind: "frozen", below: 7 },
  ],
  [{ kind: "written", registerSet: 7, value: "pear" }],
  [{ kind: "written", registerSet: 8, value: "y".repeat(1000) }],
];
const RECORDS = BATCHES.flat();

/** The log of these batches; it is closed and opened again where a number stands, counted in batches. */
async function recorded(
  batches: readonly (readonly LogRecord[])[],
  reopenAfter: readonly number[],
): Promise<RecordedDisk> {
  const disk = new RecordedDisk(newLog("S0", SALT));
  let { log } = await RegisterLog.open("S0", disk, () => {});
  let records = 0;
  for (const [index, batch] of batches.entries()) {
    for (const record of batch) log.append(record);
    await log.durable();
    records += batch.length;
    disk.acknowledge(records);
    if (reopenAfter.includes(index + 1)) ({ log } = await RegisterLog.open("S0", disk, () => {}));
  }
  return disk;
}

const recover = (image: Uint8Array): LogRecord[] | LogError => {
  try {
    return recoverLog(image, "S0", "log").records;
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  }
};

const isPrefix = (records: readonly LogRecord[]): boolean =>
  JSON.stringify(records) === JSON.stringify(RECORDS.slice(0, records.length));

/** Throws unless the image, left by a crash, gives everything acknowledged and nothing that was never written. */
function expectRecovered(image: Buffer, acknowledged: number): void {
  const records = recover(image);
  if (records instanceof LogError) throw records;
  expect(isPrefix(records)).toBe(true);
  expect(records.length).toBeGreaterThanOrEqual(acknowledged);
}

/** Throws if the damaged image gives less than was acknowledged, or something else. */
function expectRefusedOrRight(image: Buffer, acknowledged: number): "refused" | "right" {
  const records = recover(image);
  if (records instanceof LogError) return "refused";
  if (!isPrefix(records) || records.length < acknowledged) {
    throw new Error(`gave ${records.length} of ${acknowledged} records`);
  }
  return "right";
}

const atSector = (image: Buffer, sector: number, bytes: Uint8Array): Buffer =>
  applied(image, { position: sector * SECTOR_BYTES, bytes });

/** Every subset of what was pending, and each with one of its sectors torn at some byte or turned to garbage. */
function* crashImages({ durable, pending }: CrashPoint): Generator<Buffer> {
  for (let subset = 0; subset < 2 ** pending.length; subset++) {
    let image = durable;
    for (const [index, change] of pending.entries()) if (subset & (1 << index)) image = applied(image, change);
    yield image;
    for (const change of pending) {
      const old = image.subarray(change.position, change.position + SECTOR_BYTES);
      for (const at of [1, 8, 20, 100, SECTOR_BYTES - 1]) {
        const bytes = Buffer.concat([change.bytes.subarray(0, at), old.subarray(at)], SECTOR_BYTES);
        yield applied(image, { ...change, bytes });
      }
    }
  }
}

describe("the log after a crash", () => {
  const histories: [string, number[]][] = [
    ["", []],
    [", opened again after each batch", [1, 2, 3, 4, 5]],
    [", opened again after some", [2, 3]],
  ];

  it.each(histories)(
    "gives what was acknowledged, whatever became of what was not synced%s",
    async (_, reopenAfter) => {
      let images = 0;
      let pendingMost = 0;
      for (const point of crashPoints(await recorded(BATCHES, reopenAfter))) {
        pendingMost = Math.max(pendingMost, point.pending.length);
        for (const image of crashImages(point)) {
          expectRecovered(image, point.acknowledged);
          images++;
        }
      }
      expect(pendingMost).toBeGreaterThanOrEqual(3);
      expect(images).toBeGreaterThan(500);
    },
  );

  it("is recovered to the same by a process that dies in its recovery, at every moment", async () => {
    const whole = await recorded(BATCHES, []);
    for (const point of crashPoints(whole)) {
      for (const torn of [
        point.durable,
        ...point.pending.slice(0, 1).map((change) => applied(point.durable, change)),
      ]) {
        const expected = recover(torn);
        const disk = new RecordedDisk(torn);
        await RegisterLog.open("S0", disk, () => {});
        for (const later of crashPoints(disk)) {
          for (const image of crashImages(later)) expect(recover(image)).toEqual(expected);
        }
        expect(recover(disk.content)).toEqual(expected);
      }
    }
  });
});

describe("a damaged log", () => {
  let whole: RecordedDisk;
  /** By length in batches: the log without a mark of its last batch, and with one. */
  let images: { readonly image: Buffer; readonly certain: number; readonly acknowledged: number }[];
  /** What each sector ever held. */
  const versions = new Map<number, Buffer[]>();

  beforeAll(async () => {
    whole = await recorded(BATCHES, []);
    images = [];
    let before = 0;
    for (const point of crashPoints(whole)) {
      if (point.pending.length > 0) continue;
      for (let sector = 0; sector * SECTOR_BYTES < point.durable.length; sector++) {
        const bytes = Buffer.from(point.durable.subarray(sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES));
        const known = versions.get(sector) ?? [];
        if (!known.some((version) => version.equals(bytes))) versions.set(sector, [...known, bytes]);
      }
      if (images.at(-1)?.acknowledged === point.acknowledged) continue;
      images.push({ image: point.durable, certain: before, acknowledged: point.acknowledged });
      before = point.acknowledged;
    }
    const disk = new RecordedDisk(whole.content);
    await RegisterLog.open("S0", disk, () => {});
    images.push({ image: disk.content, certain: RECORDS.length, acknowledged: RECORDS.length });
  });

  /** What may stand in a sector instead of what ought to. */
  function* damagesOf(image: Buffer, sector: number): Generator<Buffer> {
    const bytes = image.subarray(sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES);
    yield Buffer.alloc(SECTOR_BYTES);
    yield Buffer.alloc(SECTOR_BYTES, 0xa5);
    for (const version of versions.get(sector) ?? []) if (!version.equals(bytes)) yield version;
    for (let other = 0; other * SECTOR_BYTES < image.length; other++) {
      if (other !== sector) yield image.subarray(other * SECTOR_BYTES, (other + 1) * SECTOR_BYTES);
    }
  }

  it("is refused or right for every sector that is zeroed, garbage, stale or from elsewhere, and every two of them", () => {
    const seen = { refused: 0, right: 0 };
    for (const { image, certain } of images) {
      const sectors = image.length / SECTOR_BYTES;
      for (let one = 0; one < sectors; one++) {
        for (const damage of damagesOf(image, one)) {
          const damaged = atSector(image, one, damage);
          seen[expectRefusedOrRight(damaged, certain)]++;
          for (let two = one + 1; two < sectors; two++) {
            for (const other of damagesOf(image, two)) {
              seen[expectRefusedOrRight(atSector(damaged, two, other), certain)]++;
            }
          }
        }
      }
    }
    expect(seen.refused).toBeGreaterThan(10_000);
    expect(seen.right).toBeGreaterThan(10);
  });

  it("is refused or right whichever byte of it changed", () => {
    const { image, certain } = images.at(-1)!;
    for (let at = 0; at < image.length; at++) {
      const flipped = Buffer.from(image);
      flipped[at]! ^= 0x10;
      const isOfMark = at >= SECTOR_BYTES && at < HEAD_BYTES;
      expect(expectRefusedOrRight(flipped, certain)).toBe(isOfMark ? "right" : "refused");
    }
  });

  it("is refused or right at every length that it is cut to, or filled up to with zeros or garbage", () => {
    for (const { image, certain } of images) {
      for (let length = 0; length < image.length; length++) {
        const cut = image.subarray(0, length);
        expectRefusedOrRight(cut, certain);
        expectRefusedOrRight(Buffer.concat([cut], image.length), certain);
        expectRefusedOrRight(Buffer.concat([cut, Buffer.alloc(image.length - length, 0xa5)]), certain);
      }
      for (const tail of [Buffer.alloc(4096), Buffer.alloc(777, 0xa5)]) {
        expect(recover(Buffer.concat([image, tail]))).toEqual(recover(image));
      }
    }
  });

  it("is refused or right however many sectors of its batches are lost", () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 6 }), (which, losses) => {
        const { image, certain } = images[which % images.length]!;
        let damaged = image;
        for (const [at, how] of losses) {
          const batches = image.length / SECTOR_BYTES - FIRST_BATCH_BLOCK;
          if (batches === 0) return;
          const sector = FIRST_BATCH_BLOCK + (at % batches);
          const damages = [...damagesOf(image, sector)];
          damaged = atSector(damaged, sector, damages[how % damages.length]!);
        }
        expectRefusedOrRight(damaged, certain);
      }),
      { numRuns: tries(800, 2500) },
    );
  });

  it("says what is lost, and how it knows", () => {
    const zeroed = (image: Buffer, sector: number) =>
      (recover(atSector(image, sector, Buffer.alloc(SECTOR_BYTES))) as LogError).message;
    const { image } = images.at(-1)!;
    const lost = "promises that this server made are lost, or may be, so it must not serve from this log";
    expect(zeroed(image, 5)).toBe(
      `log: batch 2 of the log is damaged or missing from byte 2560 on, although batch 3 follows at byte 3072: ${lost}`,
    );
    expect(zeroed(image, 9)).toBe(
      `log: batch 5 of the log is damaged or missing from byte 4608 on, although 5 were durable by its marks: ${lost}`,
    );
    expect((recover(image.subarray(0, 1600)) as LogError).message).toBe(
      `log: batch 1 of the log is damaged or missing from byte 1536 on, although 5 were durable by its marks: ${lost}`,
    );
    expect((recover(image.subarray(0, 600)) as LogError).message).toBe(
      `log: it ends within its first 1536 bytes: ${lost}`,
    );
    const both = atSector(atSector(image, 1, Buffer.alloc(SECTOR_BYTES)), 2, Buffer.alloc(SECTOR_BYTES));
    expect((recover(both) as LogError).message).toBe(`log: both of its marks are damaged: ${lost}`);
  });
});

describe("a disk that drops a batch in silence", () => {
  it("cannot be told from a crash until the batch has its mark, and can from then on", async () => {
    const disk = MemoryDisk.withLogOf("S0");
    const { log } = await RegisterLog.open("S0", disk, () => {});
    log.append(RECORDS[0]!);
    await log.durable();
    const cut = (image: Uint8Array) => recover(image.subarray(0, image.length - 1));
    expect(cut(disk.durable)).toEqual([]);
    await log.settle();
    expect(cut(disk.durable)).toBeInstanceOf(LogError);
    await log.settle();
    expect(disk.isDurable).toBe(true);
  });
});
