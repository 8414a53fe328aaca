import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DiskCrashedError, MemoryDisk } from "../../simulation/memory-disk.js";
import { PlaceError } from "../directories.js";
import { DirectoryLockedError } from "../directory-lock.js";
import { FileDisk } from "../file-disk.js";
import { type FileSystem, NODE_FILES } from "../file-system.js";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe("MemoryDisk", () => {
  it("loses in a crash what was not synced", async () => {
    const disk = new MemoryDisk();
    await disk.write(0, Buffer.from("kept"));
    await disk.sync();
    await disk.write(4, Buffer.from(" lost"));
    await disk.write(0, Buffer.from("K"));
    expect(text(await disk.read(0, 100))).toBe("Kept lost");
    disk.crash();
    expect(text(await disk.read(0, 100))).toBe("kept");
  });

  it("keeps as much of the torn bytes as it is told", async () => {
    const disk = new MemoryDisk();
    await disk.write(0, Buffer.from("torn"));
    disk.crash(2);
    expect(text(await disk.read(0, 100))).toBe("to");
    disk.crash();
    expect(text(await disk.read(0, 100))).toBe("to");
  });

  it("loses what a sync under way has not made durable yet, and rejects that sync", async () => {
    const disk = new MemoryDisk();
    await disk.write(0, Buffer.from("early"));
    const sync = disk.sync();
    disk.crash();
    await expect(sync).rejects.toThrow(DiskCrashedError);
    expect(disk.length).toBe(0);
  });

  it("obeys nobody between a crash and the next opening", async () => {
    const disk = new MemoryDisk();
    disk.crash();
    await expect(disk.write(0, Buffer.from("ghost"))).rejects.toThrow(DiskCrashedError);
    await expect(disk.sync()).rejects.toThrow(DiskCrashedError);
    expect(text(await disk.read(0, 100))).toBe("");
    await disk.sync();
  });

  it("makes durable what was appended before the sync, not what came during it", async () => {
    const disk = new MemoryDisk();
    await disk.write(0, Buffer.from("before"));
    const sync = disk.sync();
    await disk.write(6, Buffer.from(" during"));
    await sync;
    expect(text(disk.durable)).toBe("before");
    expect(disk.isDurable).toBe(false);
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
    await FileDisk.create(home, Buffer.from("abc"));
    const disk = await FileDisk.open(home);
    await disk.write(2, Buffer.from("de"));
    await disk.write(0, Buffer.from("A"));
    await disk.sync();
    await disk.close();
    const again = await FileDisk.open(home);
    expect([again.length, text(await again.read(0, 100)), text(await again.read(1, 2))]).toEqual([4, "Abde", "bd"]);
    await again.close();
    expect(await readdir(home)).toEqual(["registers.log"]);
  });

  it("is made on demand, once, and is not opened where it was not made", async () => {
    const file = path.join(directory, "registers.log");
    await expect(FileDisk.open(directory)).rejects.toThrow(new PlaceError(`there is no ${file}`));
    await expect(FileDisk.open(path.join(directory, "nowhere"))).rejects.toThrow(PlaceError);
    // What an earlier making left that was cut short.
    await writeFile(`${file}.unfinished`, "abcdefgh");
    await FileDisk.create(directory, Buffer.from("abc"));
    await expect(FileDisk.create(directory, Buffer.from("xyz"))).rejects.toThrow(
      new PlaceError(`${file} exists already`),
    );
    const disk = await FileDisk.open(directory);
    await expect(FileDisk.create(directory, Buffer.from("xyz"))).rejects.toThrow(DirectoryLockedError);
    expect(text(await disk.read(0, 100))).toBe("abc");
    await disk.close();
  });

  const losses: [string, (file: string) => Promise<unknown>, string][] = [
    ["deleted", (file) => rm(file), "is gone, or cannot be looked at (ENOENT): somebody else moved or deleted it"],
    [
      "replaced",
      async (file) => {
        await writeFile(`${file}.copy`, await readFile(file));
        await rename(`${file}.copy`, file);
      },
      "is another file now: somebody else replaced it",
    ],
    ["cut", (file) => truncate(file, 2), "has 2 bytes instead of 5: somebody else cut it"],
  ];

  it.each(losses)("notices at the next sync that the file was %s", async (_, lose, sentence) => {
    await FileDisk.create(directory, Buffer.from("abc"));
    const disk = await FileDisk.open(directory);
    await disk.write(3, Buffer.from("de"));
    await disk.sync();
    await lose(disk.name);
    await expect(disk.sync()).rejects.toThrow(`${disk.name} ${sentence}`);
    await disk.close();
  });

  it("notices at once what is lost while it syncs", async () => {
    await FileDisk.create(directory, Buffer.from("abc"));
    const slow: FileSystem = {
      ...NODE_FILES,
      open: async (file, mode) => {
        const handle = await NODE_FILES.open(file, mode);
        return { ...handle, datasync: () => rm(file).then(() => handle.datasync()) };
      },
    };
    const disk = await FileDisk.open(directory, slow);
    await expect(disk.sync()).rejects.toThrow(`${disk.name} is gone, or cannot be looked at (ENOENT)`);
    await disk.close();
  });

  it("is for one at a time", async () => {
    await FileDisk.create(directory, Buffer.from("abc"));
    const disk = await FileDisk.open(directory);
    await expect(FileDisk.open(directory)).rejects.toThrow(DirectoryLockedError);
    await disk.close();
    await (await FileDisk.open(directory)).close();
    expect(await readdir(directory)).toEqual(["registers.log"]);
  });

  it("sweeps away the locks of dead processes", async () => {
    await FileDisk.create(directory, Buffer.from("abc"));
    const listener =
      'require("net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))';
    spawnSync(process.execPath, ["--eval", listener, path.join(directory, "lock.left")]);
    await writeFile(path.join(directory, "lock.of-another-kind"), "");
    expect(await readdir(directory)).toEqual(["lock.left", "lock.of-another-kind", "registers.log"]);
    await (await FileDisk.open(directory)).close();
    expect(await readdir(directory)).toEqual(["registers.log"]);
  });

  it("is for one at a time also where the directory's path is too long for a socket", async () => {
    const deep = path.join(directory, "d".repeat(80), "e".repeat(80));
    await FileDisk.create(deep, Buffer.from("abc"));
    const disk = await FileDisk.open(deep);
    await expect(FileDisk.open(deep)).rejects.toThrow(`${deep} is in use by process ${process.pid}`);
    await disk.close();
    expect(await readdir(deep)).toEqual(["registers.log"]);
  });

  it("is not given away by a process that is stopped", async () => {
    await FileDisk.create(directory, Buffer.from("abc"));
    const listener = 'require("net").createServer().listen(process.argv[1], () => console.log("listens"))';
    const holder = spawn(process.execPath, ["--eval", listener, path.join(directory, "lock.held")]);
    await once(holder.stdout, "data");
    holder.kill("SIGSTOP");
    try {
      await expect(FileDisk.open(directory)).rejects.toThrow(
        `${directory} is in use by a process that does not answer`,
      );
    } finally {
      holder.kill("SIGKILL");
      await once(holder, "exit");
    }
    await (await FileDisk.open(directory)).close();
  });

  it("gives the lock back when it cannot be opened", async () => {
    await mkdir(path.join(directory, "registers.log"));
    await expect(FileDisk.open(directory)).rejects.toThrow(/EISDIR/);
    expect(await readdir(directory)).toEqual(["registers.log"]);
  });
});
