/** The judged rules, with a witness for each that fails. */
import type { QuorumTable } from "../../../spec/quorum-table.js";
import type { RuleJudgement, WitnessQuorum } from "../../../spec/rules/judgement.js";
import { formatPosition } from "../../../spec/source-position.js";
import type { Paint } from "../../shell/terminal.js";
import { nameServers } from "../../words/server-names.js";
import { sharedWord } from "../../words/words.js";
import { formatGrid } from "../pieces/grid.js";
import { WHAT_THEY_DO, whatFails, whatHolds } from "../pieces/rule-words.js";
import { fitted } from "../pieces/wrap.js";

export const renderRules = (rules: readonly RuleJudgement[], table: QuorumTable, paint: Paint): string =>
  rules.map((judgement) => renderRule(judgement, table, paint)).join("");

/** `✓ F1`; `✗ PQ` where agreement needs it; `~ F2` where only progress does */
export function formatRule({ rule, holds, neededFor }: RuleJudgement, paint: Paint): string {
  if (holds) return `${paint("green", "✓")} ${rule}`;
  return neededFor === "safety" ? `${paint("red", "✗")} ${paint("bold", rule)}` : `${paint("yellow", "~")} ${rule}`;
}

function renderRule(judgement: RuleJudgement, table: QuorumTable, paint: Paint): string {
  const { rule, witness, neededFor } = judgement;
  if (witness === null)
    return fitted(`  ${formatRule(judgement, paint)}  ${whatHolds(rule, sharedWord(table))}\n`, paint);
  const quorums = witness.quorums.map((quorum) => witnessRow(quorum, table, paint));
  const need = neededFor === "progress" ? " (progress needs it, agreement does not)" : "";
  const what = fitted(`  ${formatRule(judgement, paint)}  ${whatFails(rule, sharedWord(table))}${need}:\n`, paint);
  const isNarrow = paint.limit < NARROW;
  return `${what}${formatGrid(quorums, { indent: isNarrow ? "    " : "        ", limit: paint.limit })}`;
}

/** Where places of files need what is left of a line. */
const NARROW = 72;

const witnessRow = ({ phase, registerSet, quorum, at }: WitnessQuorum, table: QuorumTable, paint: Paint) => [
  `${WHAT_THEY_DO[phase]} R${registerSet}`,
  nameServers(quorum, table, paint.wide),
  paint("dim", formatPosition(at)),
];
