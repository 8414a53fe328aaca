/** kill -9 in the middle of concurrent proposals: agreement and every register outlive it. */
import { execFile, execFileSync } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { threeMajority } from "../../core/test/tables.js";
import { identityOfTable } from "../../encoding/table-identity.js";
import { createServerDirectory } from "../../storage/server-directory.js";
import { BuiltServers } from "./process-cluster.js";

/** Each round is a new cluster, so that values compete again: once one is decided, nothing can go wrong any more. */
const ROUNDS = 2;
const KILLS_PER_ROUND = 5;
const CLIENTS = 3;

const NEW = { server: "S0", servers: threeMajority.servers, table: identityOfTable(threeMajority) };

let built: BuiltServers;

beforeAll(async () => {
  built = await BuiltServers.open();
});

afterAll(() => built.remove());

/** In a process namespace of its own, with a /proc of its own: as in another container that shares the volume. */
const APART = ["--pid", "--fork", "--mount-proc"];

const run = promisify(execFile);

function canUnshare(): boolean {
  try {
    execFileSync("unshare", [...APART, "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("kill -9 of a server in the middle of concurrent proposals", () => {
  it(`never leads to two outputs nor to a log that does not recover, ${ROUNDS * KILLS_PER_ROUND} times`, async () => {
    let recordsRecovered = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const cluster = await built.startCluster(`round-${round}`, threeMajority, CLIENTS);
      cluster.startProposing();
      for (let kill = 0; kill < KILLS_PER_ROUND; kill++) {
        await pause(Math.random() * 20);
        const { before, after, recoveredRecords } = await cluster.killAndRestart((round + kill) % 3);
        expect(after.written).toEqual(expect.arrayContaining([...before.written]));
        expect(after.frozenBelow).toBeGreaterThanOrEqual(before.frozenBelow);
        recordsRecovered += recoveredRecords;
      }
      await cluster.stop();
      expect([...cluster.outputs]).toHaveLength(1);
    }
    // Kills that hit idle servers would prove nothing.
    expect(recordsRecovered).toBeGreaterThan(ROUNDS * KILLS_PER_ROUND);
  });

  it.skipIf(!canUnshare())("keeps out a process that cannot see the one that lives", async () => {
    const home = path.join(built.directory, "unseen");
    await createServerDirectory(path.join(home, "S0"), NEW);
    const server = await built.startServer(home, "S0");
    const contender = ["server-process.mjs", "S0", path.join(home, "S0"), "0"];
    const ended = run("unshare", [...APART, process.execPath, ...contender], { cwd: import.meta.dirname });
    await expect(ended).rejects.toThrow(/is in use by process \d+/);
    await server.kill();
  });

  it("does not let a second process use the directory of one that lives", async () => {
    await createServerDirectory(path.join(built.directory, "S0"), NEW);
    const server = await built.startServer(built.directory, "S0");
    await expect(built.startServer(built.directory, "S0")).rejects.toThrow(/is in use by process \d+/);
    await server.kill();
  });
});
