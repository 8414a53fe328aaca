/**
 * A log that gives way to a short one, in real files: killed at every step of it, out of room, and with requests under
 * way.
 */
import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogRecord } from "../../core/log-record.js";
import type { Request } from "../../core/protocol.js";
import { newLog, recoverLog } from "../../encoding/log-format.js";
import { MemoryDisk } from "../../simulation/memory-disk.js";
import { FileDisk } from "../file-disk.js";
import { type FileSystem, NODE_FILES, type OpenFile } from "../file-system.js";
import { RegisterLog } from "../log.js";
import { ServerHost } from "../server-host.js";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "quorate-compaction-"));
  await FileDisk.create(directory, newLog("S0"));
});

afterEach(() => rm(directory, { recursive: true }));

const write = (registerSet: number, value: string): Request => ({ kind: "write", registerSet, value });
const WHOLE_ROW: Request = { kind: "read" };
const DECIDED = { kind: "decided", value: "apple" } as const;

/** Files of which every operation is told, and one may be the last: from then on nothing is done, as after a kill. */
class WatchedFiles implements FileSystem {
  readonly told: string[] = [];
  /** Called before each operation. */
  before: (operation: string) => void = () => {};

  async #do<T>(operation: string, file: string, work: () => Promise<T>): Promise<T> {
    const name = path.basename(file).replace(/unfinished-.*/, "unfinished");
    this.before(`${operation} ${name}`);
    this.told.push(`${operation} ${name}`);
    return work();
  }

  async open(file: string, mode: Parameters<FileSystem["open"]>[1]): Promise<OpenFile> {
    const handle = await this.#do(mode, file, () => NODE_FILES.open(file, mode));
    return {
      ...handle,
      write: (...words) => this.#do("write to", file, () => handle.write(...words)),
      datasync: () => this.#do("sync", file, () => handle.datasync()),
      sync: () => this.#do("sync", file, () => handle.sync()),
    };
  }

  stat = (file: string) => NODE_FILES.stat(file);
  readdir = (file: string) => NODE_FILES.readdir(file);
  mkdir = (file: string) => NODE_FILES.mkdir(file);
  link = (from: string, to: string) => NODE_FILES.link(from, to);
  rename = (from: string, to: string) => this.#do("rename", from, () => NODE_FILES.rename(from, to));
  unlink = (file: string) => this.#do("unlink", file, () => NODE_FILES.unlink(file));
  lock = (file: string) => NODE_FILES.lock(file);
}

async function openHost(files: FileSystem = NODE_FILES, compactFrom_bytes?: number): Promise<ServerHost> {
  const options = compactFrom_bytes === undefined ? {} : { compactFrom_bytes };
  return ServerHost.open("S0", await FileDisk.open(directory, files), options);
}

const logLength = async (): Promise<number> => (await stat(path.join(directory, "registers.log"))).size;

/** Writes a row in which there are registers of every kind. */
async function fill(host: ServerHost): Promise<void> {
  await host.handle(write(7, "seven"));
  await host.handle({ kind: "prepare", registerSet: 9 });
  await host.handle(write(2 ** 40, "far"));
}

describe("a server that knows what is decided", () => {
  it("keeps a log of one record from then on", async () => {
    const host = await openHost();
    await fill(host);
    expect(await host.handle(DECIDED)).toEqual(DECIDED);
    expect(await host.handle(WHOLE_ROW)).toEqual(DECIDED);
    await host.close();
    expect(await logLength()).toBe(4 * 512);
    expect(await readdir(directory)).toEqual(["registers.log"]);
    const again = await openHost();
    expect(again.recovery).toEqual({ records: 1, torn_bytes: 0 });
    expect(await again.handle(write(0, "pear"))).toEqual(DECIDED);
    await again.close();
  });

  it("replaces its log only when the new one is durable, and goes on only when that is", async () => {
    const files = new WatchedFiles();
    const host = await openHost(files);
    await fill(host);
    files.told.length = 0;
    await host.handle(DECIDED);
    await host.close();
    const place = path.basename(directory);
    expect(files.told).toEqual([
      "write to registers.log",
      "write to registers.log",
      "sync registers.log",
      "create registers.log.unfinished",
      "write to registers.log.unfinished",
      "write to registers.log.unfinished",
      "sync registers.log.unfinished",
      "rename registers.log.unfinished",
      `read ${place}`,
      `sync ${place}`,
    ]);
  });

  it("has a log that recovers wherever it is killed, and leaves nothing behind", async () => {
    const steps = await stepsOf(DECIDED);
    expect(steps).toBeGreaterThan(8);
    for (let step = 0; step < steps; step++) {
      const outcome = await killedAt(step, DECIDED);
      expect(["row", "decided"]).toContain(outcome.kind);
      // What was answered stays.
      if (step > 2) expect(outcome).toEqual(DECIDED);
    }
  });

  it("does not mind a disk that cannot replace files", async () => {
    const disk = MemoryDisk.withLogOf("S0");
    const host = await ServerHost.open("S0", disk);
    await fill(host);
    await host.handle(DECIDED);
    await host.close();
    expect(await (await ServerHost.open("S0", disk)).handle(WHOLE_ROW)).toEqual(DECIDED);
  });
});

describe("a log that has become long", () => {
  const COMPACT_FROM = 20 * 512;

  it("gives way to a short one of the same row, while requests come", async () => {
    const host = await openHost(NODE_FILES, COMPACT_FROM);
    await fill(host);
    const replies = [];
    for (let turn = 0; turn < 40; turn++) {
      // At once, so that some are appended while the log gives way.
      const requests = [
        write(2 * turn + 100, "one"),
        write(2 * turn + 101, "other"),
        { kind: "prepare", registerSet: turn } as const,
      ];
      replies.push(...(await Promise.all(requests.map((request) => host.handle(request)))));
    }
    expect(replies.every(({ kind }) => kind === "written" || kind === "prepared")).toBe(true);
    const row = await host.handle(WHOLE_ROW);
    await host.close();
    // 43 batches, each a block at least.
    expect(await logLength()).toBeLessThan(40 * 512);
    const again = await openHost();
    expect(await again.handle(WHOLE_ROW)).toEqual(row);
    expect(row).toMatchObject({
      frozenBelow: 39,
      written: expect.arrayContaining([
        [7, "seven"],
        [179, "other"],
      ]),
    });
    await again.close();
  });

  it("is rewritten seldom, however long the row is that it must keep", async () => {
    const files = new WatchedFiles();
    const host = await openHost(files, COMPACT_FROM);
    const long = "x".repeat(5000);
    for (let turn = 0; turn < 60; turn++) await host.handle(write(turn, `${turn}${long}`));
    await host.close();
    // At 20 blocks, at four times what is left of that, and so on.
    expect(files.told.filter((operation) => operation.startsWith("rename")).length).toBeLessThanOrEqual(4);
    expect(await logLength()).toBeGreaterThan(60 * 5000);
  });

  it("stays where there is no room for another", async () => {
    const files = new WatchedFiles();
    files.before = (operation) => {
      if (operation.endsWith("unfinished") && operation.startsWith("write")) throw noSpace();
    };
    const host = await openHost(files, COMPACT_FROM);
    for (let turn = 0; turn < 60; turn++) await host.handle({ kind: "prepare", registerSet: turn });
    await host.close();
    expect(files.told).toContain("unlink registers.log.unfinished");
    expect(await readdir(directory)).toEqual(["registers.log"]);
    const again = await openHost();
    expect(await again.handle(WHOLE_ROW)).toEqual({ kind: "row", frozenBelow: 59, written: [] });
    await again.close();
  });

  it("is short after the next start, if it could not be before", async () => {
    const host = await openHost();
    for (let turn = 0; turn < 60; turn++) await host.handle({ kind: "prepare", registerSet: turn });
    await host.close();
    const again = await openHost(NODE_FILES, COMPACT_FROM);
    expect(again.recovery.records).toBe(59);
    await again.close();
    expect(await logLength()).toBe(4 * 512);
  });

  it("is not replaced once it is somebody else's", async () => {
    const host = await openHost();
    await fill(host);
    await rm(path.join(directory, "registers.log"));
    await writeFile(path.join(directory, "registers.log"), "another");
    await expect(host.handle(DECIDED)).rejects.toThrow(/is another file now/);
    await host.close();
    expect(await logLength()).toBe(7);
  });
});

it.each([true, false])(
  "has once what was waiting to be written when it gave way (there is room: %s)",
  async (hasRoom) => {
    const files = new WatchedFiles();
    if (!hasRoom) {
      files.before = (operation) => {
        if (operation.startsWith("create")) throw noSpace();
      };
    }
    const disk = await FileDisk.open(directory, files);
    const { log } = await RegisterLog.open("S0", disk, () => {});
    const [early, late] = [7, 8].map((registerSet): LogRecord => ({ kind: "written", registerSet, value: "apple" }));
    log.append(early!);
    const compacted = log.compact(() => [early!]);
    log.append(late!);
    expect(await compacted).toBe(hasRoom);
    await log.durable();
    const bytes = await readFile(path.join(directory, "registers.log"));
    expect(recoverLog(bytes, "S0", "log").records).toEqual([early, late]);
    await disk.close();
  },
);

it("is not replaced either where that happens while the new one is written", async () => {
  const files = new WatchedFiles();
  const host = await openHost(files);
  await fill(host);
  const log = path.join(directory, "registers.log");
  files.before = (operation) => {
    if (operation !== "sync registers.log.unfinished") return;
    rmSync(log);
    writeFileSync(log, "another");
  };
  await host.handle(DECIDED);
  expect((await host.failed).message).toMatch(/is another file now/);
  await host.close();
  expect(await logLength()).toBe(7);
});

const noSpace = (): Error => Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });

class Killed extends Error {}

/** How many operations the request takes until all is at rest. */
async function stepsOf(request: Request): Promise<number> {
  const files = new WatchedFiles();
  const host = await openHost(files);
  await fill(host);
  const before = files.told.length;
  await host.handle(request);
  await host.close();
  return files.told.length - before;
}

/** What a new process answers where the one before it was killed at this operation of the request. */
async function killedAt(step: number, request: Request) {
  await rm(directory, { recursive: true });
  await FileDisk.create(directory, newLog("S0"));
  const files = new WatchedFiles();
  const host = await openHost(files);
  await fill(host);
  let left = step;
  files.before = () => {
    if (left-- <= 0) throw new Killed();
  };
  await host.handle(request).catch(() => {});
  await host.close();
  const again = await openHost();
  const reply = await again.handle(WHOLE_ROW);
  if (reply.kind === "row") {
    expect(reply).toEqual({
      kind: "row",
      frozenBelow: 9,
      written: [
        [7, "seven"],
        [2 ** 40, "far"],
      ],
    });
  }
  await again.close();
  expect(await readdir(directory)).toEqual(["registers.log"]);
  return reply;
}
