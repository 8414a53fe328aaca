/** Reports made by hand, one a verdict, and a terminal that remembers what was printed. */
import { PLAIN } from "../../../model/registers/variant.js";
import { holding, NIL, UNWRITTEN } from "../../../spec/register.js";
import { judgeRules } from "../../../spec/rules/judge.js";
import { FOREVER, quorums, tableOf } from "../../../spec/test/tables.js";
import type { Report } from "../../report/report.js";
import { plain, type Terminal } from "../terminal.js";
import { DEFAULT_REQUEST, type VerifyRequest } from "../verify-options.js";

export const request: VerifyRequest = DEFAULT_REQUEST;

const majorityOf3 = quorums("01", "02", "12");
const threeMajority = tableOf(3, [{ sets: [0, FOREVER], decide: majorityOf3 }], { name: "three-majority" });
const wrongHalf = tableOf(
  3,
  [
    { sets: [0, 9], decide: majorityOf3, prepare: quorums("0", "1", "2") },
    { sets: [10, FOREVER], decide: majorityOf3 },
  ],
  { name: "wrong-half" },
);

export const safe: Report = {
  file: "three-majority.yaml",
  table: threeMajority,
  verdict: "safe",
  rules: judgeRules(threeMajority),
  exploration: {
    registerSets: [0, 1],
    values: 2,
    clients: null,
    variant: PLAIN,
    distinctStates: 558,
    transitions: 1598,
    depth: 8,
    complete: true,
    stoppedBy: null,
    representatives: null,
    reduced: false,
  },
  counterexample: null,
  decisionReachability: null,
  stall: null,
  messageReplay: null,
  decisionTables: null,
  replay: {
    traces: 633,
    steps: 4316,
    transitionsCovered: 1598,
    transitionsReachable: 1598,
    agrees: true,
    tracesOverTcp: 3,
    deeper: {
      registerSets: [0, 1, 2],
      traces: 14_724,
      steps: 138_315,
      transitionsCovered: 38_000,
      transitionsReachable: 38_899,
    },
    seed: 1,
  },
  divergence: null,
  because: "Every phase-1 quorum meets every phase-2 quorum of every lower register set.",
  proved: "Proved: agreement for any number of register sets, by the cutoff theorem; and by exhaustion of R0, R1.",
  notExplored: [
    "Register sets above R1, more values and more clients: these follow from PQ by the cutoff theorem, not from exploration.",
    "Progress.",
  ],
};

export const unsafe: Report = {
  ...safe,
  file: "my tables/wrong-half.yaml",
  table: wrongHalf,
  verdict: "unsafe",
  rules: judgeRules(wrongHalf),
  exploration: {
    ...safe.exploration,
    registerSets: [0, 9, 10, 11],
    distinctStates: 177_382,
    transitions: 834_676,
    depth: 16,
  },
  decisionReachability: null,
  counterexample: {
    length: 7,
    property: "agreement",
    steps: [
      { action: "freeze", server: "S0", registerSet: 9 },
      { action: "propose", registerSet: 0, value: "A" },
      { action: "write", server: "S1", registerSet: 0, value: "A" },
      { action: "write", server: "S2", registerSet: 0, value: "A" },
      { action: "propose", registerSet: 9, value: "B" },
      { action: "write", server: "S0", registerSet: 9, value: "B" },
      { action: "write", server: "S1", registerSet: 9, value: "B" },
    ],
    decided: ["A", "B"],
  },
  replay: { ...safe.replay!, transitionsCovered: 12_559, transitionsReachable: 834_676, deeper: null },
  because: "{S0} prepares R1 without hearing from {S1, S2}, which may have decided in R0.",
  notExplored: ["Progress."],
};

export const inconclusive: Report = {
  ...safe,
  verdict: "inconclusive",
  exploration: { ...safe.exploration, complete: false, stoppedBy: "interrupted at depth 5 with 300 states found" },
  replay: null,
  because: "The exploration was interrupted.",
};

export const diverges: Report = {
  ...safe,
  verdict: "diverges",
  replay: { ...safe.replay!, agrees: false },
  divergence: {
    channel: "memory",
    steps: [
      { action: "propose", registerSet: 0, value: "A" },
      { action: "write", server: "S1", registerSet: 0, value: "A" },
      { action: "freeze", server: "S0", registerSet: 1 },
    ],
    at: 2,
    what: "S0 holds nothing in R0 after a restart, where the model has nil",
    model: {
      registerSets: [0, 1],
      rows: [
        [NIL, holding("A"), UNWRITTEN],
        [UNWRITTEN, UNWRITTEN, UNWRITTEN],
      ],
    },
    implementation: {
      registerSets: [0, 1],
      rows: [
        [UNWRITTEN, holding("A"), UNWRITTEN],
        [UNWRITTEN, UNWRITTEN, UNWRITTEN],
      ],
    },
    modelOutputs: [],
    implementationOutputs: ["A"],
  },
  because: "The implementation forgets what it promised.",
};

export interface RecordingTerminal extends Terminal {
  readonly printed: { out: string; err: string };
}

/** No colours, no terminal behind stderr. */
export function recordingTerminal(): RecordingTerminal {
  const printed = { out: "", err: "" };
  return {
    printed,
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
    },
    errIsTTY: false,
    errColumns: 80,
    paint: plain,
  };
}
