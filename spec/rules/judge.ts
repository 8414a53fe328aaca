/** Which intersection rules a table has to meet, and whether it does. */
import type { QuorumTable } from "../quorum-table.js";
import { judgeF1 } from "./f1.js";
import { judgeF2 } from "./f2.js";
import type { RuleJudgement } from "./judgement.js";
import { judgePQ } from "./pq.js";
import { pairsOfRepresentatives } from "./representatives.js";

/**
 * The judgements of every rule that applies to the table: PQ always, F1 where a set is open, F2 where an open set lies below
 * another one and the client weighs what it reads there.
 *
 * F2 says nothing useful about `greatest`, which takes any value of the greatest set: a client that hears from everybody may
 * read a decided A and a stray B in one open set and take B, unless only *all* servers together decide there.
 */
export function judgeRules(table: QuorumTable): RuleJudgement[] {
  const judgements = [judgePQ(table)];
  if (table.ranges.some((range) => range.allocation.kind === "open")) judgements.push(judgeF1(table));
  if (table.selection !== "greatest" && openSetLiesBelowAnother(table)) judgements.push(judgeF2(table));
  return judgements;
}

function openSetLiesBelowAnother(table: QuorumTable): boolean {
  for (const { lower } of pairsOfRepresentatives(table)) if (lower.range.allocation.kind === "open") return true;
  return false;
}
