/** What annotations are about, for tools that list rules beside results. */

import { explain } from "../../spec/rules/explain.js";
import type { RuleName } from "../../spec/rules/judgement.js";

export type Level = "error" | "warning" | "note";

export type AnnotationRule = RuleName | (typeof OTHER_RULES)[number]["id"];

export interface RuleText {
  readonly id: AnnotationRule;
  /** In Pascal case. */
  readonly name: string;
  /** One sentence. */
  readonly short: string;
  readonly full: string;
  readonly level: Level;
}

const INTERSECTION_RULES: Readonly<Record<RuleName, string>> = {
  PQ: "PhasesMeet",
  "PQ after a gate": "PhasesMeetAfterGate",
  E1: "ElectionQuorumsMeet",
  F1: "OpenQuorumsMeet",
  F2: "OpenQuorumsMeetInPhaseOne",
  G1: "OpenSetBelowDecidedByAll",
};

const OTHER_RULES = [
  {
    id: "divergence",
    name: "ImplementationDiverges",
    short: "The implementation does what the model does.",
    full: "A run of the model was replayed on servers and clients, and at some step they did something else.",
    level: "error",
  },
  {
    id: "inconclusive",
    name: "Inconclusive",
    short: "The question that was asked has an answer.",
    full: "A rule is broken, but perhaps not where it was asked, and exploration found no violation before it ended.",
    level: "error",
  },
  {
    id: "invalid-table",
    name: "InvalidTable",
    short: "The file is a quorum table.",
    full: "The file cannot be read, or it is not a quorum table: docs/manual.md has the format.",
    level: "error",
  },
  {
    id: "not-verified",
    name: "NotVerified",
    short: "The table can be verified with these options.",
    full: "The options ask for what the table does not have, or Quorate itself has failed.",
    level: "error",
  },
  {
    id: "unexpected-result",
    name: "UnexpectedResult",
    short: "The table comes out as it is expected to.",
    full: "The result is not the one that is pinned, or that the policy expects; in both directions.",
    level: "error",
  },
  {
    id: "disagreement",
    name: "RulesAndExplorerDisagree",
    short: "The rules hold iff the explorer finds no violation.",
    full: "A sweep found a table of which the rules and the explorer say different things: Quorate contradicts itself.",
    level: "error",
  },
  {
    id: "refused-event",
    name: "EventIsNoStep",
    short: "What a log tells is a run of the register model of its table.",
    full: "After the longest prefix of the log that is a run of the model, in any order that the log allows, this event is none of its steps.",
    level: "error",
  },
  {
    id: "refused-answer",
    name: "NotLinearizable",
    short: "Some order of the operations explains every answer that a register gave.",
    full: "In no order in which each operation takes effect between its call and its answer can the register have given this answer.",
    level: "error",
  },
  {
    id: "warning",
    name: "HardlyMeant",
    short: "All that the file names is used.",
    full: "What is sound in the file but was hardly meant: groups that nothing uses, servers that are in no quorum.",
    level: "note",
  },
] as const;

/** In the order in which they are listed. */
export const annotationRules: readonly RuleText[] = [
  ...Object.entries(INTERSECTION_RULES).map(([rule, name]): RuleText => {
    const { statement, why, example } = explain(rule)!;
    return { id: rule as RuleName, name, short: statement, full: `${why} ${example}`, level: "error" };
  }),
  ...OTHER_RULES,
];
