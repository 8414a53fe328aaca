/**
 * A report for each verdict, and a terminal that remembers what was printed.
 *
 * The findings are those that `verify` makes of these tables (reports.test.ts compares them); the divergence is that of
 * a server which forgets its values in a restart. What follows from findings is concluded as always, so that no
 * report contradicts itself.
 */

import { registersModel } from "../../../model/registers/registers.js";
import { PLAIN } from "../../../model/registers/variant.js";
import { holding, UNWRITTEN } from "../../../spec/register.js";
import { judgeRules } from "../../../spec/rules/judge.js";
import { parseTable } from "../../../spec/table-file.js";
import { plain, type Terminal } from "../../shell/terminal.js";
import { answerByTheorem } from "../answer.js";
import { conclude } from "../conclude.js";
import type { Report } from "../report.js";
import { DEFAULT_REQUEST, type VerifyRequest } from "../request.js";

export const request: VerifyRequest = DEFAULT_REQUEST;

const threeMajority = parseTable(
  `name: three-majority
servers: [S0, S1, S2]
registers:
  - sets: 0..
    decide: majority
`,
  "three-majority.yaml",
);

const wrongHalf = parseTable(
  `name: wrong-half
servers: [S0, S1, S2]
registers:
  - sets: 0..9
    decide: majority
    prepare: any 1
  - sets: 10..
    decide: majority
`,
  "my tables/wrong-half.yaml",
);

type Findings = Omit<
  Report,
  "answer" | "proof" | "counterexample" | "rules" | "verdict" | "because" | "proved" | "notExplored"
>;

function reportOf(findings: Findings): Report {
  const { file, table, exploration } = findings;
  const rules = judgeRules(table);
  const scope = { ...exploration, table };
  const answer = answerByTheorem(file, rules, registersModel(scope), scope)?.answer ?? null;
  const judged = { ...findings, rules, answer, counterexample: answer?.counterexample ?? null };
  return { ...judged, ...conclude({ ...judged, interrupted: false, messages: false }) };
}

/** What is found of three-majority. */
const ofThreeMajority = {
  file: "three-majority.yaml",
  table: threeMajority,
  warnings: [],
  exploration: {
    registerSets: [0, 1],
    values: 2,
    clients: null,
    variant: PLAIN,
    distinctStates: 558,
    transitions: 1598,
    depth: 8,
    depthCovered: 8,
    complete: true,
    vacuity: { neverTaken: [], vacuous: [] },
    stoppedBy: null,
    representatives: null,
    reduced: false,
  },
  decisionReachability: {
    stuckStates: 0,
    steps: null,
    valences: [
      { values: ["A", "B"], states: 48 },
      { values: ["A"], states: 255 },
      { values: ["B"], states: 255 },
    ],
  },
  stillPossible: null,
  stall: null,
  messageReplay: null,
  replicas: null,
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
      transitionsCovered: 38_899,
      transitionsReachable: 38_899,
    },
    stoppedBy: null,
    seed: 1,
    adapter: null,
  },
  divergence: null,
} satisfies Findings;

export const safe: Report = reportOf(ofThreeMajority);

/** Not replayed: of a safe table that is said in the first line. */
export const notReplayed: Report = reportOf({ ...ofThreeMajority, replay: null });

export const unsafe: Report = reportOf({
  ...ofThreeMajority,
  file: "my tables/wrong-half.yaml",
  table: wrongHalf,
  exploration: {
    ...ofThreeMajority.exploration,
    registerSets: [0, 9, 10, 11],
    distinctStates: 177_382,
    transitions: 834_676,
    depth: 16,
    depthCovered: 16,
    representatives: 17_022,
  },
  decisionReachability: { stuckStates: 0, steps: null, valences: null },
  replay: {
    traces: 618,
    steps: 8053,
    transitionsCovered: 5897,
    transitionsReachable: 834_676,
    agrees: true,
    tracesOverTcp: 4,
    deeper: null,
    stoppedBy: null,
    seed: 1,
    adapter: null,
  },
});

/** What `--max-states` was given for this one: safe by the rules, and hardly explored. */
export const STATES_MAX = 300;

export const bounded: Report = reportOf({
  ...ofThreeMajority,
  exploration: {
    ...ofThreeMajority.exploration,
    distinctStates: STATES_MAX,
    transitions: 584,
    depth: 6,
    depthCovered: 5,
    complete: false,
    vacuity: null,
    stoppedBy:
      "the bound of 300 states kept was reached with 300 states explored; every run of up to 5 steps was judged",
  },
  decisionReachability: null,
  replay: null,
});

/** With `--clients 1`: the rules are broken, and say nothing of fixed inputs. */
export const inconclusive: Report = reportOf({
  ...ofThreeMajority,
  file: "my tables/wrong-half.yaml",
  table: wrongHalf,
  exploration: {
    ...ofThreeMajority.exploration,
    registerSets: [0, 9, 10, 11],
    values: 2,
    clients: 1,
    distinctStates: 44_501,
    transitions: 212_196,
    depth: 16,
    depthCovered: 16,
  },
  decisionReachability: { stuckStates: 0, steps: null, valences: null },
  replay: null,
});

export const diverges: Report = reportOf({
  ...ofThreeMajority,
  replay: {
    ...ofThreeMajority.replay,
    traces: 1,
    steps: 8,
    transitionsCovered: 2,
    agrees: false,
    tracesOverTcp: 0,
    deeper: null,
  },
  divergence: {
    channel: "memory",
    steps: [
      { action: "propose", registerSet: 0, value: "B" },
      { action: "write", server: "S1", registerSet: 0, value: "B" },
    ],
    at: 1,
    what: "S1 holds nothing in R0 where the model holds B after a restart",
    model: {
      registerSets: [0, 1],
      rows: [
        [UNWRITTEN, holding("B"), UNWRITTEN],
        [UNWRITTEN, UNWRITTEN, UNWRITTEN],
      ],
    },
    implementation: {
      registerSets: [0, 1],
      rows: [
        [UNWRITTEN, UNWRITTEN, UNWRITTEN],
        [UNWRITTEN, UNWRITTEN, UNWRITTEN],
      ],
    },
    modelOutputs: [],
    implementationOutputs: [],
  },
});

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
