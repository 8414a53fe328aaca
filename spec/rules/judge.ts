/** Which intersection rules a table has to meet, what for, and whether it does. */
import type { QuorumTable, Selection } from "../quorum-table.js";
import { judgeF1 } from "./f1.js";
import { judgeF2 } from "./f2.js";
import { judgeG1 } from "./g1.js";
import type { Finding, Need, RuleJudgement, RuleName } from "./judgement.js";
import { judgePQ } from "./pq.js";
import { pairsOfRepresentatives } from "./representatives.js";

/**
 * What clients need each rule for, by how they select; null: not at all.
 *
 * A strict client waits while the quorums it reads leave two values open, instead of guessing, and one with a
 * decision table waits until no quorum is in doubt, so they trade the safety of a rule for progress. See
 * proofs-notes.md, "Cutoff".
 */
const NEEDS: Readonly<Record<Selection, Readonly<Record<RuleName, Need | null>>>> = {
  greatest: { PQ: "safety", F1: "safety", F2: "safety", G1: "safety" },
  eager: { PQ: "safety", F1: "safety", F2: "safety", G1: null },
  strict: { PQ: "safety", F1: "safety", F2: "progress", G1: null },
  "decision-table": { PQ: "progress", F1: "safety", F2: "progress", G1: null },
};

/**
 * PQ always, F1 where a set is open, F2 and G1 where an open set lies below another; of those, what the selection
 * needs.
 */
export function judgeRules(table: QuorumTable): RuleJudgement[] {
  const findings: Finding[] = [judgePQ(table)];
  if (table.ranges.some((range) => range.allocation.kind === "open")) findings.push(judgeF1(table));
  if (openSetLiesBelowAnother(table)) findings.push(judgeF2(table), judgeG1(table));
  return findings.flatMap((finding) => {
    const neededFor = NEEDS[table.selection][finding.rule];
    return neededFor === null ? [] : [{ ...finding, neededFor }];
  });
}

function openSetLiesBelowAnother(table: QuorumTable): boolean {
  for (const { lower } of pairsOfRepresentatives(table)) if (lower.range.allocation.kind === "open") return true;
  return false;
}
