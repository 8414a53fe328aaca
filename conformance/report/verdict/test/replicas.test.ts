import { expect, it } from "vitest";
import type { ReplicaReport } from "../../../replay/replay-report.js";
import { replicaGaps } from "../../../verify/replica-gaps.js";
import { renderReplicas } from "../replicas.js";

const AGREES: ReplicaReport = {
  ...{
    command: "./node",
    drawn: 30,
    differentRuns: 8,
    crashes: false,
    duplicates: false,
    seed: 1,
    agrees: true,
    divergence: null,
  },
  levels: [
    { deviations: 0, plans: 1, played: 1 },
    { deviations: 1, plans: 1_200, played: 9 },
  ],
  requests: { answered: 20, failed: 3, unknown: 7 },
  stoppedBy: "time",
};

it("what was tried of replicas is told, and what was not", () => {
  expect(
    renderReplicas(AGREES),
  ).toBe(`  the replica ./node agrees in every run: what clients were told is one value, which was proposed
  plans with 0 deviations: all 1 plan
  plans with 1 deviation: 9 of 1,200 plans
  8 different runs of these; of all requests 20 were answered, 3 refused, and of 7 nobody knows
  30 runs drawn by chance; seed 1
`);
  expect(replicaGaps(AGREES).slice(1)).toEqual([
    "Of 1,201 plans that are known, 10 were run, and 30 runs drawn by chance: it stopped at its bound on time. A plan has up to 1 deviation from an undisturbed run: nodes cut off, messages late or lost, clocks ahead, requests at other nodes, or several at once.",
    "Messages that come twice, more requests, and values of awkward lengths and characters were not tried.",
    "Crashes were not tried: the adapter does not crash, and Quorate cannot kill its nodes one by one.",
  ]);
});

it("replicas that an interruption came before agree with nothing", () => {
  const levels = [{ deviations: 0, plans: 1, played: 0 }];
  expect(renderReplicas({ ...AGREES, levels })).toContain("  the replica ./node was not tried\n");
});
