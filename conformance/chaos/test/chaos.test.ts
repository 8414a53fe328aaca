/**
 * Some seconds of chaos against the built commands: worth their time, since this is the one test of servers, clients, network
 * and disks all together as they ship; and what shows that it would have noticed. By hand it may go on for minutes.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { QUORATE, quorate } from "../../cli/test/quorate.js";
import { FAULTS } from "../faults.js";
import { RunningProcess } from "../processes.js";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "quorate-chaos-test-"));
});
afterAll(() => rm(directory, { recursive: true }));

it("all outputs agree, whatever is killed, paused, cut, torn, full or broken", { timeout: 300_000 }, async () => {
  const { code, stdout, stderr } = await quorate("chaos", "--minutes", "0.25", "--seed", "2026", "--format", "json");
  const report = JSON.parse(stdout);
  expect([code, report.findings, stderr.includes("rror")]).toEqual([0, [], false]);
  expect(report).toMatchObject({ verdict: "agree", rules: "hold", seed: 2026, isInterrupted: false });
  expect(report.outputs).toBeGreaterThan(10);
  expect(report.caughtWrongTableAfter).toBeGreaterThan(0);
  // In so few rounds chance may leave out one or another.
  const happened = Object.keys(FAULTS).filter((fault) => report.faults[fault] > 0);
  expect(happened.length).toBeGreaterThan(8);
});

it("a table whose rules are broken comes to two outputs", { timeout: 300_000 }, async () => {
  const table = path.join(directory, "any-one.yaml");
  await writeFile(table, "servers: [S0, S1, S2]\nregisters: [{ sets: 0.., decide: any 1, prepare: any 1 }]\n");
  const { code, stdout } = await quorate("chaos", "--minutes", "4", "--table", table, "--format", "json");
  const report = JSON.parse(stdout);
  expect([code, report.verdict, report.rules]).toEqual([1, "disagree", "broken"]);
  const disagreement = report.findings.find((finding: { kind: string }) => finding.kind === "disagreement");
  // Some client may see two values before two clients have output them.
  expect(disagreement.sentence).toMatch(
    /^(two clients output different values: "round (\d+), client \d" and "round \2, client \d"|a client ended with exit code 1: )/,
  );
});

it("that is interrupted says what it saw until then", async () => {
  const chaos = new RunningProcess({ script: QUORATE, words: ["chaos", "--minutes", "10"] });
  setTimeout(() => chaos.signal("SIGTERM"), 2_000);
  const { code, out, err } = await chaos.ended;
  expect(err).toContain("ending early with what was found; Ctrl-C again to quit at once");
  expect(out).toMatch(/^AGREE {2}three-majority: \d+ outputs? in 1 round, one value a round; interrupted\n/);
  expect([code, out.includes("Not tried: interrupted.")]).toEqual([0, true]);
});

it.each([
  [
    "--minutes",
    "0",
    "error: option '--minutes <n>' argument '0' is invalid. It must be a number of minutes, at most 10000.",
  ],
  [
    "--seed",
    "-1",
    "error: option '--seed <n>' argument '-1' is invalid. It must be a whole number from 0 to 4294967295.",
  ],
])("refuses %s %s in one sentence", async (option, word, sentence) => {
  const { code, stderr } = await quorate("chaos", `${option}=${word}`);
  expect([code, stderr.split("\n")[0]]).toEqual([64, sentence]);
});
