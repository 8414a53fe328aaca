/**
 * `propose` and `read` over stores, as users run them: the example of docs/stores.md, mixes, and what does not go
 * together. Real servers are started, and a process for each command: what clients' libraries do at the end of a
 * process shows nowhere else.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startFakeS3 } from "../../../../impl/stores/test/fake-s3.js";
import { lacks, leftOutWithout, StoreServer } from "../../../../impl/stores/test/servers.js";
import { CommandError } from "../../../shell/command-error.js";
import { CommandCluster } from "../../test/cluster.js";
import { runIn } from "../../test/quorate.js";
import { propose } from "../propose.js";
import { type ReadOptions, read } from "../read.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-stores-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const client = (index: number) => ["--client", `${index}`, "--clients", "3", "--new"];
const at = (...places: string[]) => ["--at", places.map((place, server) => `S${server}=${place}`).join(",")];

/** Two clients, one after the other, and a reader. */
async function outputs(places: readonly string[], ...more: string[]): Promise<string[]> {
  const apple = await runIn(directory, "propose", "apple", ...more, ...at(...places), ...client(0));
  const pear = await runIn(directory, "propose", "pear", ...more, ...at(...places), ...client(1));
  const read = await runIn(directory, "read", ...at(...places));
  expect([apple, pear, read].map(({ code, stderr }) => [code, code === 0 ? "" : stderr])).toEqual([
    [0, ""],
    [0, ""],
    [0, ""],
  ]);
  return [apple, pear, read].map(({ stdout }) => stdout);
}

it("the example of the page does what it shows", async () => {
  const page = readFileSync("docs/stores.md", "utf8");
  const blocks = [...page.matchAll(/^```console\n([\s\S]*?)^```\n/gm)].map(([, block]) => block!);
  expect(blocks).toHaveLength(1);
  const commands = [...blocks[0]!.matchAll(/^\$ npx quorate (.*)\n((?:[^$].*\n)*)/gm)];
  expect(commands).toHaveLength(3);
  for (const [, words, shown] of commands) expect((await runIn(directory, ...words!.split(" "))).stdout).toBe(shown);
});

it.skipIf(lacks("redis-server", "postgres"))(
  `Redis, PostgreSQL and a directory decide, and two of them go on${leftOutWithout("redis-server", "postgres")}`,
  async () => {
    const [redis, postgres] = [await StoreServer.start("redis-server"), await StoreServer.start("postgres")];
    const places = [redis.url, postgres.url, `file:${directory}/registers`];
    expect(await outputs(places, "--freeze", "register")).toEqual(["apple\n", "apple\n", "apple\n"]);
    await redis.kill();
    const fig = await runIn(directory, "propose", "fig", ...at(...places), ...client(2));
    expect([fig.code, fig.stdout]).toEqual([0, "apple\n"]);
    await Promise.all([redis.remove(), postgres.remove()]);
  },
);

it("three buckets decide, and two that nobody answers for do not", async () => {
  const buckets = [await startFakeS3(), await startFakeS3(), await startFakeS3()];
  expect(
    await outputs(
      buckets.map(({ url }) => url),
      "--freeze",
      "register",
    ),
  ).toEqual(["apple\n", "apple\n", "apple\n"]);
  for (const bucket of buckets.slice(0, 2)) await bucket.close();
  const places = at(...buckets.map(({ url }) => `${url}?prefix=next`));
  const fig = await runIn(directory, "propose", "fig", ...places, ...client(2), "--timeout", "1");
  expect([fig.code, fig.stdout]).toEqual([69, ""]);
  expect(fig.stderr).toMatch(
    /no quorum answered within 1 s: S0 at s3\+http:\/\/127\.0\.0\.1:\d+\/bucket: connection refused; S1 at /,
  );
  expect(fig.stderr).not.toContain("secret");
  await buckets[2]!.close();
});

it("a server of Quorate's and two directories decide", async () => {
  const cluster = await CommandCluster.create(["S0"]);
  await cluster.serve("S0", "--new");
  const places = [cluster.addresses.get("S0")!, `file:${directory}/one`, `file:${directory}/two`];
  expect(await outputs(places)).toEqual(["apple\n", "apple\n", "apple\n"]);
  await cluster.remove();
});

describe("what does not go together is told in one sentence", () => {
  const SERVERS = "servers: [S0, S1, S2]\nregisters:\n";
  const TABLES = {
    plain: "  - sets: 0..\n    decide: majority\n",
    elected: "  - sets: 0..\n    decide: majority\n    allocation: elected\n",
    gated: "  - sets: 0\n    decide: majority\n  - sets: 1..\n    decide: all\n    after: decided\n",
  };
  const files = "S0=file:one,S1=file:two,S2=file:three";
  it.each<[string, keyof typeof TABLES, Partial<ReadOptions>, string]>([
    [
      "servers that are no stores",
      "plain",
      { freeze: "register" },
      "--freeze register is for stores, and S0 is a server of Quorate's: name a store with --at",
    ],
    [
      "stores that are to know their row",
      "plain",
      { freeze: "row", at: files },
      "S0 is a store, which freezes one register at a time: leave --freeze out",
    ],
    [
      "a token",
      "plain",
      { tokenFile: "x", at: files },
      "--token-file and --tls-… are for servers of Quorate's, and there is none: stores have users and passwords in their URLs",
    ],
    [
      "a bad URL",
      "plain",
      { at: "S0=file:one,S1=file:two,S2=s3+http://127.0.0.1" },
      '"s3+http://127.0.0.1" names no bucket, or more than one: write s3+http://127.0.0.1:9000/bucket',
    ],
    ["elections", "elected", { at: files }, "stores do not vote, and table elected elects who proposes"],
    ["gates", "gated", { at: files }, "stores do not tell what is decided, and a range of table gated waits for that"],
  ])("%s", async (_, name, options, sentence) => {
    const file = path.join(directory, `${name}.yaml`);
    writeFileSync(file, `name: ${name}\n${SERVERS}${TABLES[name]}`);
    const asked = read(file, { timeout: 1, format: "text", ...options }, () => {});
    await expect(asked).rejects.toThrow(new CommandError(64, sentence));
  });

  it("clients without numbers", async () => {
    const asked = await runIn(directory, "propose", "fig", "--at", files);
    const sentence =
      "over stores, clients that take turns need small numbers: give each its own --client, and all the same --clients";
    expect(asked).toEqual({ code: 64, stdout: "", stderr: `quorate: ${sentence}\n` });
  });

  it("a store that cannot be opened, which leaves no client behind that has proposed nothing", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "");
    const data = path.join(directory, "client");
    const options = { at: "S0=file:one,S1=file:two,S2=s3+http://127.0.0.1/three", data, client: "0", clients: 3 };
    const asked = propose("fig", { ...options, new: true, timeout: 1 });
    const sentence =
      "s3+http://127.0.0.1/three: there is no key to sign with: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
    await expect(asked).rejects.toThrow(new CommandError(69, sentence));
    expect(existsSync(data)).toBe(false);
    vi.unstubAllEnvs();
  });

  it("servers in one store", async () => {
    const together = at("redis://127.0.0.1:1/0", "redis://127.0.0.1:1/1", "file:three");
    const { stderr } = await runIn(directory, "read", ...together, "--timeout", "0.1");
    expect(stderr).toMatch(/^quorate: S0 and S1 are both redis:\/\/127\.0\.0\.1:1: they fail, and forget, together\n/);
  });
});
