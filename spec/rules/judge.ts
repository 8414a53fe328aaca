/** Which intersection rules a table has to meet, what for, and whether it does. */
import { hasGates, isElected, isGated, type QuorumTable, type Selection } from "../quorum-table.js";
import { isShared } from "../table-families.js";
import { judgeE1 } from "./e1.js";
import { judgeF1 } from "./f1.js";
import { judgeF2 } from "./f2.js";
import { judgeG1 } from "./g1.js";
import { areSafe, type Finding, type Need, type RuleJudgement, type RuleName } from "./judgement.js";
import { judgePQ } from "./pq.js";
import { judgePQAfterGate } from "./pq-after-a-gate.js";
import { representatives } from "./representatives.js";

/**
 * What clients need each rule for, by how they select; null: not at all.
 *
 * A strict client waits while the quorums it reads leave two values open, instead of guessing, and one with a
 * decision table waits until no quorum is in doubt, so they trade the safety of a rule for progress. See
 * proofs-notes.md, "Cutoff".
 */
const NEEDS: Readonly<Record<Selection, Readonly<Record<RuleName, Need | null>>>> = {
  greatest: { PQ: "safety", "PQ after a gate": "safety", E1: "safety", F1: "safety", F2: "safety", G1: "safety" },
  eager: { PQ: "safety", "PQ after a gate": "safety", E1: "safety", F1: "safety", F2: "safety", G1: null },
  strict: { PQ: "safety", "PQ after a gate": "safety", E1: "safety", F1: "safety", F2: "progress", G1: null },
  "decision-table": {
    PQ: "progress",
    "PQ after a gate": "progress",
    E1: "safety",
    F1: "safety",
    F2: "progress",
    G1: null,
  },
};

/**
 * PQ always, PQ after a gate where there is one, E1 where clients are elected, F1 where a set is open or contested, F2
 * and G1 where such a set lies below another; of those, what the selection needs. Sets with a gate are never asked for
 * the last three.
 */
export function judgeRules(table: QuorumTable): RuleJudgement[] {
  const sets = representatives(table).map(({ registerSet }) => registerSet);
  const findings: Finding[] = [judgePQ(table)];
  if (hasGates(table)) findings.push(judgePQAfterGate(table));
  if (sets.some((set) => isElected(table, set))) findings.push(judgeE1(table));
  const isAsked = (set: number) => !isGated(table, set) && isShared(table, set);
  if (sets.some(isAsked)) findings.push(judgeF1(table));
  if (sets.slice(0, -1).some(isAsked)) findings.push(judgeF2(table), judgeG1(table));
  const judgements = findings.flatMap((finding): RuleJudgement[] => {
    const neededFor = NEEDS[table.selection][finding.rule];
    return neededFor === null ? [] : [{ ...finding, neededFor }];
  });
  return judgements.map((judgement) =>
    doesNoHarm(judgement, judgements) ? { ...judgement, neededFor: "progress" } : judgement,
  );
}

/**
 * Of two clients that are elected in one set, each may keep the other from a decision; no more, where the rules for
 * open sets hold.
 */
const doesNoHarm = ({ rule, holds }: RuleJudgement, judgements: readonly RuleJudgement[]): boolean =>
  rule === "E1" && !holds && areSafe(judgements.filter(({ rule }) => !["E1", "PQ", "PQ after a gate"].includes(rule)));
