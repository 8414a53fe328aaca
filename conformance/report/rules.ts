/** The judged rules, with a witness for each that fails. */
import type { QuorumTable } from "../../spec/quorum-table.js";
import type { RuleJudgement, RuleName, WitnessQuorum } from "../../spec/rules/judgement.js";
import { formatPosition } from "../../spec/source-position.js";
import type { Paint } from "../cli/terminal.js";
import { formatGrid } from "./grid.js";
import { nameServers } from "./server-names.js";
import { sharedWord } from "./words.js";

/** `shared`: what a set is called that two clients may propose in. */
export const whatHolds = (rule: RuleName, shared: string): string =>
  ({
    PQ: "every phase-1 quorum meets every phase-2 quorum of every lower register set",
    "PQ after a gate": "every phase-1 quorum meets every phase-2 quorum of one of the ranges that its set waits for",
    E1: "the election quorums of an elected register set meet pairwise",
    F1: `the phase-2 quorums of ${articled(shared)} register set meet pairwise`,
    F2: `every phase-1 quorum meets every two phase-2 quorums of a lower ${shared} set in a common server`,
    G1: `${articled(shared)} set below another is decided by all servers together only`,
  })[rule];

export function whatFails(rule: RuleName, shared: string): string {
  if (rule === "G1") return `this quorum of ${articled(shared)} set leaves out a server that others may hear`;
  if (rule === "PQ after a gate") return "this phase-1 quorum shares no server with what may have decided before it";
  return "these quorums share no server";
}

const articled = (shared: string): string => (shared.startsWith("o") ? `an ${shared}` : `a ${shared}`);

export const renderRules = (rules: readonly RuleJudgement[], table: QuorumTable, paint: Paint): string =>
  rules.map((judgement) => renderRule(judgement, table, paint)).join("");

/** `✓ F1`; `✗ PQ` where agreement needs it; `~ F2` where only progress does */
export function formatRule({ rule, holds, neededFor }: RuleJudgement, paint: Paint): string {
  if (holds) return `${paint("green", "✓")} ${rule}`;
  return neededFor === "safety" ? `${paint("red", "✗")} ${paint("bold", rule)}` : `${paint("yellow", "~")} ${rule}`;
}

function renderRule(judgement: RuleJudgement, table: QuorumTable, paint: Paint): string {
  const { rule, witness, neededFor } = judgement;
  if (witness === null) return `  ${formatRule(judgement, paint)}  ${whatHolds(rule, sharedWord(table))}\n`;
  const quorums = witness.quorums.map((quorum) => witnessRow(quorum, table, paint));
  const need = neededFor === "progress" ? " (progress needs it, agreement does not)" : "";
  return `  ${formatRule(judgement, paint)}  ${whatFails(rule, sharedWord(table))}${need}:\n${formatGrid(quorums, { indent: "        " })}`;
}

export const WHAT_THEY_DO = { 1: "prepares", 2: "decides ", election: "elects  " } as const;

const witnessRow = ({ phase, registerSet, quorum, at }: WitnessQuorum, table: QuorumTable, paint: Paint) => [
  `${WHAT_THEY_DO[phase]} R${registerSet}`,
  nameServers(quorum, table, paint.wide),
  paint("dim", formatPosition(at)),
];
