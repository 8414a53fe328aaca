/**
 * Some seconds of chaos against the built commands: worth their time, since this is the one test of servers, clients,
 * network and disks all together as they ship. By hand it may go on for minutes.
 */
import { expect, it } from "vitest";
import { QUORATE, quorate } from "../../cli/test/quorate.js";
import { FAULTS } from "../faults.js";
import { RunningProcess } from "../processes.js";

/** Long enough for most faults to happen; by hand, chaos goes on to show that it would have caught a wrong table. */
const SECONDS = 5;

it("all outputs agree, whatever is killed, paused, cut, torn, full or broken, until it is interrupted", async () => {
  const chaos = new RunningProcess({
    script: QUORATE,
    words: ["chaos", "--minutes=10", "--seed=2026", "--format=json"],
  });
  setTimeout(() => chaos.signal("SIGTERM"), SECONDS * 1000);
  const { code, out, err } = await chaos.ended;
  const report = JSON.parse(out);
  expect([code, report.findings, err.includes("rror")]).toEqual([0, [], false]);
  expect(err).toContain("ending early with what was found; Ctrl-C again to quit at once");
  expect(report).toMatchObject({ verdict: "agree", rules: "hold", seed: 2026, isInterrupted: true });
  expect(report.outputs).toBeGreaterThan(5);
  // In so few rounds chance may leave out one or another.
  const happened = Object.keys(FAULTS).filter((fault) => report.faults[fault] > 0);
  expect(happened.length).toBeGreaterThan(5);
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
