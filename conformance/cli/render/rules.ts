/** The judged rules, with a witness for each that fails. */
import type { RuleJudgement, RuleName, WitnessQuorum } from "../../../spec/rules/judgement.js";
import { formatServers } from "../../../spec/server-set.js";
import { formatPosition } from "../../../spec/source-position.js";
import type { Paint } from "../terminal.js";
import { formatGrid } from "./grid.js";

const WHEN_IT_HOLDS: Record<RuleName, string> = {
  PQ: "every phase-1 quorum meets every phase-2 quorum of every lower register set",
  F1: "the phase-2 quorums of an open register set meet pairwise",
  F2: "every phase-1 quorum meets every two phase-2 quorums of a lower open set in a common server",
};

export const renderRules = (rules: readonly RuleJudgement[], servers: readonly string[], paint: Paint): string =>
  rules.map((judgement) => renderRule(judgement, servers, paint)).join("");

/** `✗ PQ`, `✓ F1` */
export const formatRule = ({ rule, holds }: RuleJudgement, paint: Paint): string =>
  holds ? `${paint("green", "✓")} ${rule}` : `${paint("red", "✗")} ${paint("bold", rule)}`;

function renderRule(judgement: RuleJudgement, servers: readonly string[], paint: Paint): string {
  const { rule, witness } = judgement;
  if (witness === null) return `  ${formatRule(judgement, paint)}  ${WHEN_IT_HOLDS[rule]}\n`;
  const quorums = witness.quorums.map((quorum) => witnessRow(quorum, servers, paint));
  return `  ${formatRule(judgement, paint)}  these quorums share no server:\n${formatGrid(quorums, { indent: "        " })}`;
}

const witnessRow = ({ phase, registerSet, quorum, at }: WitnessQuorum, servers: readonly string[], paint: Paint) => [
  `${phase === 1 ? "prepares" : "decides "} R${registerSet}`,
  formatServers(quorum, servers),
  paint("dim", formatPosition(at)),
];
