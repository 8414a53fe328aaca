/**
 * `verify --adapter store:URL`: stores are replayed in this process, agree where they are registers, and diverge where
 * not.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startFakeS3, type Wrong } from "../../../impl/stores/test/fake-s3.js";
import { lacks, leftOutWithout, StoreServer } from "../../../impl/stores/test/servers.js";
import { quorate } from "../../cli/test/quorate.js";
import { verifiedAt } from "./verified.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-store-adapter-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe("agree at every step", () => {
  it("S3 with conditional writes, whose keys are removed in the end", async () => {
    const s3 = await startFakeS3();
    const { verdict, replay } = await verifiedAt(`store:${s3.url}`, { table: "one" });
    const left = s3.objects.size;
    await s3.close();
    expect([verdict, replay!.agrees, replay!.transitionsCovered, left]).toEqual([
      "safe",
      true,
      replay!.transitionsReachable,
      0,
    ]);
    expect(replay!.adapter!.role).toBe("store");
    expect(replay!.adapter!.command).not.toContain("secret");
    expect(replay!.adapter!.notTested.join(" ")).toContain("Crashes: the adapter does not crash");
  });

  it("S3 that keeps all that was ever put", async () => {
    const s3 = await startFakeS3({ keepsAll: true });
    const { verdict, replay } = await verifiedAt(`store:${s3.url}`, { table: "one" });
    await s3.close();
    expect([verdict, replay!.agrees]).toEqual(["safe", true]);
  });

  it.skipIf(lacks("redis-server"))(`Redis, with a directory and alone${leftOutWithout("redis-server")}`, async () => {
    const redis = await StoreServer.start("redis-server");
    const { verdict, replay } = await verifiedAt(`store:${redis.url} file:${directory}/registers`, { table: "pair" });
    const alone = await verifiedAt(`store:${redis.url}?prefix=alone`, { table: "both" });
    await redis.remove();
    expect([alone.verdict, alone.replay!.agrees]).toEqual(["safe", true]);
    expect([verdict, replay!.agrees, replay!.transitionsCovered]).toEqual(["safe", true, replay!.transitionsReachable]);
  });
});

it.each<[Wrong, RegExp]>([
  ["ignores the header", /^S0 answered that R0 holds (A|B|nil) where R0 of the model holds (A|B|nil)/],
  ["overwrites all the same", /^S0 (answered that|holds) /],
])("diverge where the store %s", async (wrong, what) => {
  const s3 = await startFakeS3({ wrong });
  const { verdict, divergence } = await verifiedAt(`store:${s3.url}`, { table: "both" });
  await s3.close();
  expect(verdict).toBe("diverges");
  expect(divergence!.what).toMatch(what);
});

it.each([
  ["store:redis://me:secret@127.0.0.1:1", 69, "redis://127.0.0.1:1: connection refused"],
  ["store:ftp://x", 64, '"ftp://x" names no store: write one like '],
  [
    "store:file:a file:b",
    64,
    "--adapter names 2 stores for 3 servers. Hint: name one for all, or one for each, with blanks between.",
  ],
])("says in one sentence what is wrong with %s", async (command, code, sentence) => {
  const ended = await quorate("verify", "spec/tables/three-majority.yaml", "--adapter", command);
  expect([ended.code, ended.stdout]).toEqual([code, ""]);
  expect(ended.stderr).toContain(`spec/tables/three-majority.yaml: ${sentence}`);
  expect(ended.stderr).not.toContain("secret");
});
