/** What a user sees of `quorate probe`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startFakeS3 } from "../../../../impl/stores/test/fake-s3.js";
import { CommandError } from "../../../shell/command-error.js";
import { processTerminal } from "../../../shell/terminal.js";
import { quorate } from "../../test/quorate.js";
import { probeStores } from "../probe.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-probe-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const few = ["--keys", "3", "--clients", "3"];

it("tells a store that is one from one that is not, and the worst is the exit code", async () => {
  const s3 = await startFakeS3({ wrong: "ignores the header" });
  const file = `file:${directory}`;
  const good = await quorate("probe", file, ...few);
  expect([good.code, good.stderr]).toEqual([0, ""]);
  expect(good.stdout).toMatch(
    /^SAFE {2}file:\S+ {2}keys are put once, are durable before the answer, and stay\n\nPut if absent\n/,
  );
  expect(good.stdout).toMatch(/\nReproduce\n {2}npx quorate probe file:\S+ --clients 3 --keys 3 --seed 1\n$/);
  const both = await quorate("probe", file, s3.url, ...few, "--format", "json");
  await s3.close();
  expect(both.code).toBe(1);
  const [one, other] = both.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect([one.verdict, other.verdict]).toEqual(["safe", "unsafe"]);
  expect(other.checks[0]).toEqual({
    check: "put-if-absent",
    holds: false,
    evidence: [
      "after 0 keys: 3 clients put a text each under one key at once, and 3 of them were told that it went to them: clients 0, 1, 2",
    ],
  });
  expect(other.store).not.toContain("secret");
});

it.each([
  ["ftp://example.org", 64, '"ftp://example.org" names no store: write one like redis://127.0.0.1:6379, '],
  ["postgers://a:b@example.org/x", 64, '"postgers://…@example.org/x" names no store: did you mean "postgres:"?'],
  [
    "s3+http://127.0.0.1:1",
    64,
    '"s3+http://127.0.0.1:1" names no bucket, or more than one: write s3+http://127.0.0.1:9000/bucket',
  ],
  [
    "etcd+http://a:1,b:2",
    64,
    '"etcd+http://a:1,b:2" names several servers: a store has one address; of an etcd cluster, that of any member',
  ],
  [
    "redis://127.0.0.1/x",
    64,
    '"redis://127.0.0.1/x" names a database that is no number: write redis://127.0.0.1:6379/0',
  ],
  [
    "postgres://127.0.0.1/x?sslmode=on",
    64,
    '"postgres://127.0.0.1/x" has sslmode=on: it may be disable, prefer, require, verify-ca, verify-full',
  ],
  ["redis://", 64, '"redis://" names no host: write redis://127.0.0.1:6379'],
  ["file:x?prefix=a/b", 64, '"file:x" has the prefix "a/b": letters, digits, - and _ are good everywhere'],
  ["redis://:secret@127.0.0.1:1", 69, "redis://127.0.0.1:1: connection refused"],
  ["postgres://me:secret@127.0.0.1:1/x", 69, "postgres://127.0.0.1:1/x: connection refused"],
  ["nats://127.0.0.1:1", 69, "nats://127.0.0.1:1: "],
  ["etcd+http://127.0.0.1:2", 69, "etcd+http://127.0.0.1:2: connection refused"],
  ["s3+http://key:secret@127.0.0.1:2/b", 69, "s3+http://127.0.0.1:2/b: connection refused"],
  ["file:/dev/null/x", 69, "file:/dev/null/x: "],
])("says in one sentence what is wrong with %s", async (url, code, sentence) => {
  const lines: string[] = [];
  const terminal = {
    ...processTerminal(),
    out: (text: string) => void lines.push(`on stdout: ${text}`),
    err: (text: string) => void lines.push(text),
  };
  const flags = { clients: 3, keys: 3, seed: 1, format: "text" } as const;
  const ended = await probeStores([url], flags, terminal).catch((error: CommandError) => error);
  if (ended instanceof CommandError) lines.push(`quorate: ${ended.message}\n`);
  const said = lines.join("");
  expect(ended instanceof CommandError ? ended.exitCode : ended).toBe(code);
  expect(said.startsWith(`quorate: ${sentence}`)).toBe(true);
  expect(said.split("\n")).toHaveLength(2);
  expect(said).not.toContain("secret");
});
