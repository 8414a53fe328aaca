/**
 * What the operating system is asked to make durable, counted by the operating system: a disk in memory cannot show
 * that the real one forgets to sync. Needs strace, without which these tests are reported as skipped, and in CI fail.
 */
import { execFile, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refuseStaleBuild } from "../../network/test/process-cluster.js";

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL("./traced-program.mjs", import.meta.url));

function canTrace(): boolean {
  try {
    execFileSync("strace", ["-o", "/dev/null", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

let home: string;

beforeAll(async () => {
  refuseStaleBuild();
  home = await mkdtemp(path.join(tmpdir(), "quorate-syncs-"));
});

afterAll(() => rm(home, { recursive: true }));

/** How often each file below `home` was synced while the program did this to a directory there. */
async function syncsWhile(act: string, directory: string): Promise<Record<string, number>> {
  const traces = await mkdtemp(path.join(home, "traces-"));
  const watched = [process.execPath, PROGRAM, act, path.join(home, directory)];
  await run("strace", ["-ff", "-y", "-e", "trace=fsync,fdatasync", "-o", path.join(traces, "trace"), ...watched]);
  const counts = new Map<string, number>();
  for (const file of await readdir(traces)) {
    for (const [, synced] of (await readFile(path.join(traces, file), "utf8")).matchAll(
      /f(?:data)?sync\(\d+<(.*?)>/g,
    )) {
      const name = path.relative(home, synced!).replace(/-[0-9a-f]{8}$/, "");
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return Object.fromEntries([...counts].sort());
}

describe.skipIf(!canTrace() && process.env.CI === undefined)("syncs, counted by the operating system", () => {
  it("cover a new log, its new directories, every batch, and what a later process reads back whole", async () => {
    await mkdir(path.join(home, "cluster"));
    expect(await syncsWhile("create", "cluster/new/S0")).toEqual({
      cluster: 1,
      "cluster/new": 2,
      "cluster/new/S0": 2,
      // Opened, three batches, two marks as it is closed.
      "cluster/new/S0/registers.log": 1 + 3 + 2,
      "cluster/new/S0/registers.log.unfinished": 1,
    });
    expect(await syncsWhile("open", "cluster/new/S0")).toEqual({
      "cluster/new": 1,
      "cluster/new/S0": 1,
      "cluster/new/S0/registers.log": 1,
    });
  });

  it("cover a claim, the identity that it belongs to, and the directory that they are in", async () => {
    await mkdir(path.join(home, "clients"));
    expect(await syncsWhile("claim", "clients/new")).toEqual({
      clients: 1,
      "clients/new": 2,
      "clients/new/claimed-7": 1,
      "clients/new/identity.unfinished": 1,
    });
  });

  it("cover pins, once each time that they change", async () => {
    await mkdir(path.join(home, "pinning"));
    expect(await syncsWhile("pin", "pinning/new")).toEqual({
      pinning: 1,
      // For the identity, and for the pins.
      "pinning/new": 2,
      "pinning/new/identity.unfinished": 1,
      "pinning/new/servers.unfinished": 1,
    });
  });
});
