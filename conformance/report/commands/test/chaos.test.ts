/** What chaos concludes from what it saw, and says of it: outcomes that real processes come to by chance alone. */
import { expect, it } from "vitest";
import type { ChaosResult } from "../../../chaos/chaos.js";
import { FaultCounts } from "../../../chaos/faults.js";
import { CHAOS_EXIT_CODES } from "../../../cli/commands/chaos.js";
import { recordingTerminal } from "../../../verify/test/reports.js";
import { chaosVerdict, renderChaos } from "../chaos.js";

const AGREED: ChaosResult = {
  rules: "hold",
  rounds: 2,
  outputs: 9,
  seconds: 10,
  latencies_ms: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  counts: new FaultCounts(),
  findings: [],
  caughtWrongTableAfter: 3,
  isInterrupted: false,
};

const disagreement = {
  kind: "disagreement",
  sentence: 'two clients output different values: "round 1, client 0" and "round 1, client 2"',
  round: 1,
  directory: "data",
} as const;
const stuck = {
  ...disagreement,
  kind: "stuck",
  sentence: "client 0 came to no output within 60 seconds of peace",
} as const;

it.each([
  ["one value a round, and a wrong table was caught", {}, "agree", 0],
  ["a wrong table was not caught", { caughtWrongTableAfter: null }, "inconclusive", 2],
  [
    "interrupted before a wrong table could be caught",
    { caughtWrongTableAfter: null, isInterrupted: true },
    "agree",
    0,
  ],
  ["nothing was output", { outputs: 0 }, "inconclusive", 2],
  ["two outputs though the rules hold", { findings: [disagreement] }, "diverges", 3],
  ["two outputs as the broken rules let one expect", { rules: "broken", findings: [disagreement] }, "disagree", 1],
  ["rules are broken, and chance did not show it", { rules: "broken" }, "inconclusive", 2],
  ["no output in peace", { findings: [stuck] }, "diverges", 3],
  ["no output in peace where rules are broken", { rules: "broken", findings: [stuck] }, "diverges", 3],
] as const)("%s", (_, change, verdict, code) => {
  const concluded = chaosVerdict({ ...AGREED, ...change });
  expect([concluded, CHAOS_EXIT_CODES[concluded]]).toEqual([verdict, code]);
});

it("tells which values differ, where their data is, and how to do the same again", () => {
  const report = { ...AGREED, rules: "broken", findings: [disagreement], caughtWrongTableAfter: null } as const;
  const text = renderChaos(
    { ...report, table: "any-one", seed: 7, reproduce: "npx quorate chaos --seed 7" },
    recordingTerminal().paint,
  );
  expect(text).toMatch(
    /^DISAGREE {2}any-one: two outputs in one round, as its broken rules let one expect; 9 outputs in 2 rounds\n/,
  );
  expect(text.replaceAll(/\s+/g, " ")).toContain(`round 1: ${disagreement.sentence}; its data is in data`);
  expect(text).toContain("\nAgain\n  npx quorate chaos --seed 7\n");
});
