import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DiskCrashedError, MemoryDisk } from "../../simulation/memory-disk.js";
import { DirectoryLockedError } from "../directory-lock.js";
import { FileDisk } from "../file-disk.js";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe("MemoryDisk", () => {
  it("loses in a crash what was not synced", async () => {
    const disk = new MemoryDisk();
    await disk.append(Buffer.from("kept"));
    await disk.sync();
    await disk.append(Buffer.from(" lost"));
    expect(text(await disk.readAll())).toBe("kept lost");
    disk.crash();
    expect(text(await disk.readAll())).toBe("kept");
  });

  it("keeps as much of the torn bytes as it is told", async () => {
    const disk = new MemoryDisk();
    await disk.append(Buffer.from("torn"));
    disk.crash(2);
    expect(text(await disk.readAll())).toBe("to");
    disk.crash();
    expect(text(await disk.readAll())).toBe("to");
  });

  it("loses what a sync under way has not made durable yet, and rejects that sync", async () => {
    const disk = new MemoryDisk();
    await disk.append(Buffer.from("early"));
    const sync = disk.sync();
    disk.crash();
    await expect(sync).rejects.toThrow(DiskCrashedError);
    expect(disk.length).toBe(0);
  });

  it("obeys nobody between a crash and the next opening", async () => {
    const disk = new MemoryDisk();
    disk.crash();
    await expect(disk.append(Buffer.from("ghost"))).rejects.toThrow(DiskCrashedError);
    await expect(disk.sync()).rejects.toThrow(DiskCrashedError);
    expect(text(await disk.readAll())).toBe("");
    await disk.sync();
  });

  it("makes durable what was appended before the sync, not what came during it", async () => {
    const disk = new MemoryDisk();
    await disk.append(Buffer.from("before"));
    const sync = disk.sync();
    await disk.append(Buffer.from(" during"));
    await sync;
    expect(disk.durableLength).toBe("before".length);
  });
});

describe("FileDisk", () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "quorate-disk-"));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it("keeps bytes from one opening to the next", async () => {
    const home = path.join(directory, "made", "on", "demand");
    const disk = await FileDisk.open(home);
    await disk.append(Buffer.from("abc"));
    await disk.truncate(2);
    await disk.append(Buffer.from("d"));
    await disk.sync();
    await disk.close();
    const again = await FileDisk.open(home);
    expect(text(await again.readAll())).toBe("abd");
    await again.close();
  });

  it("is for one at a time", async () => {
    const disk = await FileDisk.open(directory);
    await expect(FileDisk.open(directory)).rejects.toThrow(DirectoryLockedError);
    await disk.close();
    await (await FileDisk.open(directory)).close();
    expect(await readdir(directory)).toEqual(["registers.log"]);
  });

  it("sweeps away the locks of dead processes, even when their number is in use again", async () => {
    await writeFile(path.join(directory, "lock.999999999.1.boot"), "");
    await writeFile(path.join(directory, `lock.${process.pid}.1.before`), "");
    await writeFile(path.join(directory, "lock.1.1.before"), "");
    await (await FileDisk.open(directory)).close();
    expect(await readdir(directory)).toEqual(["registers.log"]);
  });

  it("gives the lock back when it cannot be opened", async () => {
    await mkdir(path.join(directory, "registers.log"));
    await expect(FileDisk.open(directory)).rejects.toThrow(/EISDIR/);
    expect(await readdir(directory)).toEqual(["registers.log"]);
  });
});
