/**
 * Some seconds of chaos against the built commands: worth their time, since this is the one test of servers, clients, network
 * and disks all together as they ship; and what shows that it would have noticed. By hand it may go on for minutes.
 */
import { expect, it } from "vitest";
import { QUORATE, quorate } from "../../cli/test/quorate.js";
import { FAULTS } from "../faults.js";
import { RunningProcess } from "../processes.js";

it("all outputs agree, whatever is killed, paused, cut, torn, full or broken", { timeout: 300_000 }, async () => {
  const { code, stdout, stderr } = await quorate("chaos", "--minutes", "0.2", "--seed", "2026", "--format", "json");
  const report = JSON.parse(stdout);
  expect([code, report.findings, stderr.includes("rror")]).toEqual([0, [], false]);
  expect(report).toMatchObject({ verdict: "agree", rules: "hold", seed: 2026, isInterrupted: false });
  expect(report.outputs).toBeGreaterThan(10);
  expect(report.caughtWrongTableAfter).toBeGreaterThan(0);
  // In so few rounds chance may leave out one or another.
  const happened = Object.keys(FAULTS).filter((fault) => report.faults[fault] > 0);
  expect(happened.length).toBeGreaterThan(8);
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
