/** The cache gives what verifying gives, and never more. */
import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parseTable } from "../../../spec/table-file.js";
import { renderReport } from "../../report/verdict/text.js";
import { plain } from "../../shell/terminal.js";
import { DEFAULT_REQUEST, type VerifyRequest } from "../../verify/request.js";
import { diverges, inconclusive, safe } from "../../verify/test/reports.js";
import { verifyTable } from "../../verify/verify.js";
import { openVerdictCache } from "../verdict-cache.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-cache-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const request: VerifyRequest = { ...DEFAULT_REQUEST, replay: false, workers: 1 };
const tableOf = (text: string) => parseTable(text, "t.yaml");
const SAFE = tableOf("name: t\nservers: [S0, S1, S2]\nregisters: [{ sets: 0.., decide: majority }]\n");
const UNSAFE = tableOf("name: t\nservers: [S0, S1, S2]\nregisters: [{ sets: 0.., decide: any 2, prepare: any 1 }]\n");

const verified = (table = SAFE, file = "t.yaml") =>
  verifyTable(file, table, {
    ...request,
    onAnswer: () => {},
    onProgress: () => {},
    signal: new AbortController().signal,
  });

const entries = () => readdirSync(directory).filter((name) => name.endsWith(".json"));

it.each([SAFE, UNSAFE])("gives the report that verifying gave, with the places of the file at hand", async (table) => {
  const cache = openVerdictCache(directory);
  expect(cache.find("t.yaml", table, request)).toBe(null);
  const verification = await verified(table);
  cache.keep(verification, request);
  expect(cache.find("t.yaml", table, request)).toEqual(verification);
  // The same meaning in other words, places and names.
  const spelt = [
    "# moved down\nname: other\ngroups: { all-but-one: any 2 }\nservers: [S0, S1, S2]",
    table === SAFE
      ? "registers: [{ sets: 0.., decide: [[S0, S1], [S1, S2], [S0, S2]] }]"
      : "registers: [{ sets: 0.., decide: all-but-one, prepare: [[S0], [S1], [S2]] }]",
  ].join("\n");
  const respelt = parseTable(spelt, "u.yaml");
  const found = cache.find("u.yaml", respelt, request)!;
  const text = (report: typeof found) => renderReport({ ...report, warnings: [] }, request, plain);
  expect(text(found)).toBe(text(await verified(respelt, "u.yaml")));
});

it("knows nothing under other options, of another program, or of a table that means something else", async () => {
  const cache = openVerdictCache(directory, "1");
  cache.keep(await verified(), request);
  expect(cache.find("t.yaml", SAFE, { ...request, workers: 7 })).not.toBe(null);
  expect(cache.find("t.yaml", SAFE, { ...request, seed: 2 })).toBe(null);
  expect(cache.find("t.yaml", SAFE, { ...request, replay: true })).toBe(null);
  expect(openVerdictCache(directory, "2").find("t.yaml", SAFE, request)).toBe(null);
  expect(cache.find("t.yaml", UNSAFE, request)).toBe(null);
  const renamed = tableOf("servers: [S0, S1, S3]\nregisters: [{ sets: 0.., decide: majority }]\n");
  expect(cache.find("t.yaml", renamed, request)).toBe(null);
  const cut = tableOf(
    "servers: [S0, S1, S2]\nregisters: [{ sets: 0..4, decide: majority }, { sets: 5.., decide: majority }]\n",
  );
  expect(cache.find("t.yaml", cut, request)).toBe(null);
});

it("keeps no failure, and nothing that was interrupted", async () => {
  const cache = openVerdictCache(directory);
  cache.keep(diverges, request);
  cache.keep(inconclusive, request);
  const verification = await verified();
  const { exploration } = verification;
  const stoppedBy = "interrupted with 3 states explored";
  cache.keep({ ...verification, exploration: { ...exploration, complete: false, stoppedBy } }, request);
  expect(entries()).toEqual([]);
});

it("has no say in the verdict: the evidence of a safe table does not make an unsafe one safe", async () => {
  const cache = openVerdictCache(directory);
  cache.keep(await verified(SAFE), request);
  const [ofSafe] = entries();
  cache.keep(await verified(UNSAFE), request);
  const ofUnsafe = entries().find((name) => name !== ofSafe);
  const { evidence } = JSON.parse(readFileSync(path.join(directory, ofSafe!), "utf8"));
  const forge = (text: string) => {
    const checksum = createHash("sha256")
      .update(ofUnsafe + text)
      .digest("hex");
    writeFileSync(path.join(directory, ofUnsafe!), JSON.stringify({ checksum, evidence: text }));
    return cache.find("t.yaml", UNSAFE, request);
  };
  expect(forge(evidence)).toBe(null);
  const { counterexample } = await verified(UNSAFE);
  expect(
    forge(JSON.stringify({ ...JSON.parse(evidence), counterexample, replay: { ...safe.replay, agrees: false } })),
  ).toBe(null);
  expect(forge(JSON.stringify({ ...JSON.parse(evidence), counterexample }))!.verdict).toBe("unsafe");
  copyFileSync(path.join(directory, ofSafe!), path.join(directory, ofUnsafe!));
  expect(cache.find("t.yaml", UNSAFE, request)).toBe(null);
});

it.each<[string, (text: string) => string]>([
  ["cut short", (text) => text.slice(0, -20)],
  ["changed", (text) => text.replace("558", "559")],
  ["of another kind", () => "[]"],
])("an entry that is %s is not there", async (_, change) => {
  const cache = openVerdictCache(directory);
  cache.keep(await verified(), request);
  const file = path.join(directory, entries()[0]!);
  writeFileSync(file, change(readFileSync(file, "utf8")));
  expect(cache.find("t.yaml", SAFE, request)).toBe(null);
});

it("says in a sentence that it cannot be written, and how to do without", () => {
  const file = path.join(directory, "file");
  writeFileSync(file, "");
  expect(() => openVerdictCache(path.join(file, "cache"))).toThrow(
    `cannot write the cache ${path.join(file, "cache")}: there is no such file; --no-cache does without`,
  );
});
