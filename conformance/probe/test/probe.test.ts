/**
 * The probe tells stores that are write-once registers from those that are not, and says of real servers what they do
 * wrong.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import S3rver from "s3rver";
import { afterEach, describe, expect, it } from "vitest";
import { startFakeS3, type Wrong } from "../../../impl/stores/test/fake-s3.js";
import { lacks, leftOutWithout, type ServerName, StoreServer } from "../../../impl/stores/test/servers.js";
import { probeJson, renderProbe } from "../../report/commands/probe.js";
import { plain } from "../../shell/terminal.js";
import { probe } from "../probe.js";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const neverEnding = new AbortController().signal;

async function probed(url: string, { keys = 12, seed = 1 } = {}) {
  const found = await probe({ url, clients: 5, keys, seed, signal: neverEnding, onProgress: () => {} });
  const { verdict, checks } = JSON.parse(probeJson(found));
  const holds = checks.map(({ holds }: { holds: boolean | null }) => holds);
  return { found, verdict, holds, text: renderProbe(found, plain).replaceAll(/\s+/g, " ") };
}

async function fake(options: Parameters<typeof startFakeS3>[0] = {}) {
  const s3 = await startFakeS3(options);
  ends.push(() => s3.close());
  return s3;
}

async function started(name: ServerName, ...options: string[]) {
  const server = await StoreServer.start(name, ...options);
  ends.push(() => server.remove());
  return server;
}

describe("put-if-absent", () => {
  it("is what S3 with conditional writes does, and nothing is left behind", async () => {
    const s3 = await fake();
    const { verdict, holds, found, text } = await probed(s3.url);
    expect([verdict, holds, found.raced.keysRaced, found.leftBehind]).toEqual(["safe", [true, true, true], 12, null]);
    expect(found.raced.winners).toBeGreaterThan(2);
    expect([...s3.objects.keys()]).toEqual([]);
    expect(text).toContain("Nothing tells whether this store keeps what its documentation says (answered 200)");
    expect(text).not.toContain("secret");
  });

  it("is not what s3rver does, which takes no notice of If-None-Match", async () => {
    const directory = await mkdtemp(path.join(tmpdir(), "quorate-s3rver-"));
    ends.push(() => rm(directory, { recursive: true }));
    const buckets = [{ name: "bucket", configs: [] }];
    const s3 = new S3rver({ address: "127.0.0.1", port: 0, silent: true, directory, configureBuckets: buckets });
    const { port } = await s3.run();
    ends.push(() => s3.close());
    const { verdict, holds, found } = await probed(`s3+http://S3RVER:S3RVER@127.0.0.1:${port}/bucket`);
    expect([verdict, holds[0]]).toEqual(["unsafe", false]);
    expect(found.raced.violation).toBe(
      "5 clients put a text each under one key at once, and 5 of them were told that it went to them: clients 0, 1, 2, 3, 4",
    );
    expect(found.leftBehind).toBeNull();
  });

  it.each<[Wrong, RegExp]>([
    ["ignores the header", /^5 clients put .* 5 of them were told that it went to them: clients 0, 1, 2, 3, 4$/],
    ["looks, then puts", /^5 clients put .* \d of them were told that it went to them: clients \d/],
    ["acknowledges to losers", /^5 clients put .* 5 of them were told that it went to them/],
    [
      "overwrites all the same",
      /^(5 clients put .* (were told of client|\d of them were told)|all were told that a key went to client|a key that went to client)/,
    ],
    [
      "reads what was there before",
      /reads that it holds nothing|a key that went to client \d holds nothing|reads show that nothing is/,
    ],
    ["forgets what is old", /^a key that went to client \d holds nothing a moment later$/],
    ["lets late puts in", /^a key that went to client \d took client \d when that was put after it$/],
    [
      "forgets what was read often",
      /^all were told that a key went to client \d, and client \d reads that it holds nothing$/,
    ],
  ])("is not what a store does that %s", async (wrong, sentence) => {
    const { url } = await fake({ wrong });
    const found = await probed(url);
    expect(found.verdict).toBe("unsafe");
    expect(found.found.raced.violation).toMatch(sentence);
  });

  it("is refused by a store that knows no conditions: nothing is claimed of it", async () => {
    const { url } = await fake({ wrong: "knows no conditions" });
    await expect(probed(url)).rejects.toThrow(
      /^s3\+http:\/\/127\.0\.0\.1:\d+\/bucket: PUT with If-None-Match: \* was answered with 501 NotImplemented$/,
    );
  });
});

describe("what was put", () => {
  const rule = (rest: string) => `<LifecycleConfiguration><Rule>${rest}</Rule></LifecycleConfiguration>`;
  it.each([
    [rule("<Status>Enabled</Status><Expiration><Days>1</Days></Expiration>"), "unsafe"],
    [rule("<Status>Disabled</Status><Expiration><Days>1</Days></Expiration>"), "safe"],
    [rule("<Status>Enabled</Status><Transition><Days>1</Days></Transition>"), "safe"],
  ])("goes away by %s: %s", async (lifecycle, verdict) => {
    const { url } = await fake({ lifecycle });
    expect((await probed(url, { keys: 2 })).verdict).toBe(verdict);
  });

  it("stays for good where removal is refused, and the probe says where its keys are", async () => {
    const s3 = await fake({ keepsAll: true });
    const { found, text } = await probed(s3.url, { keys: 2 });
    expect([found.removal, s3.objects.size]).toEqual(["refused", 3]);
    expect(text).toContain("✓ removal: it was refused");
    expect(text).toMatch(/could not all be removed; they begin with quorate\/probe-[0-9a-f]{16}\./);
  });
});

/** [server, its options, what is found, sentences of the report] */
const SERVERS: readonly [ServerName, readonly string[], string, readonly (boolean | null)[], readonly string[]][] = [
  [
    "redis-server",
    ["--appendonly", "yes", "--appendfsync", "always"],
    "safe",
    [true, true, true],
    [
      "✓ appendfsync always: the log is on disk before the answer",
      "! removal: it is allowed, and then a key takes another text",
    ],
  ],
  [
    "redis-server",
    ["--appendonly", "yes", "--appendfsync", "no"],
    "unsafe",
    [true, false, true],
    ["✗ appendfsync no: the log reaches the disk whenever the system likes"],
  ],
  [
    "redis-server",
    ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"],
    "unsafe",
    [true, false, false],
    [
      "✗ appendonly no: there is no log",
      "✗ maxmemory 104857600, maxmemory-policy allkeys-lru: keys are evicted when memory is short",
    ],
  ],
  [
    "redis-server",
    [
      "--appendonly",
      "yes",
      "--appendfsync",
      "everysec",
      "--no-appendfsync-on-rewrite",
      "yes",
      "--maxmemory",
      "100mb",
      "--maxmemory-policy",
      "volatile-lru",
    ],
    "unsafe",
    [true, false, true],
    [
      "✗ appendfsync everysec: the log reaches the disk about a second after the answer",
      "✗ no-appendfsync-on-rewrite yes",
    ],
  ],
  [
    "redis-server",
    ["--rename-command", "CONFIG", ""],
    "inconclusive",
    [true, null, null],
    ["? CONFIG GET: it does not let this user see whether it writes to disk before it answers"],
  ],
  ["postgres", [], "safe", [true, true, true], ["✓ fsync on", "✓ synchronous_commit on", "✓ full_page_writes on"]],
  [
    "postgres",
    ["-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "fsync=off"],
    "unsafe",
    [true, false, true],
    ["✗ fsync off", "✗ synchronous_commit off: answers come before the disk", "✗ full_page_writes off"],
  ],
  ["etcd", [], "safe", [true, true, true], ["✓ lease 0", "unless it was started with --unsafe-no-fsync"]],
  ["nats-server", [], "inconclusive", [true, null, true], ["✓ storage file", "? num_replicas 1", "✓ max_age 0"]],
];

describe("real servers", () => {
  for (const [name, options, verdict, holds, sentences] of SERVERS) {
    it.skipIf(lacks(name))(`${[name, ...options].join(" ")}: ${verdict}${leftOutWithout(name)}`, async () => {
      const server = await started(name, ...options);
      const result = await probed(server.url, { keys: 12 });
      expect([result.verdict, result.holds]).toEqual([verdict, holds]);
      for (const sentence of sentences) expect(result.text).toContain(sentence);
    });
  }
});
