/**
 * Which values a client of register set r may propose: the selection rules of design section 2, as the papers state them.
 *
 * A rule is about what the client heard, P and its reads. The model asks whether *some* P lets it propose v: a client may hear
 * from more servers than it needs. The implementation's clients decide the same, reply by reply, without sharing any of this.
 */
import type { Selection } from "../../spec/quorum-table.js";
import { containsSome, type ServerSet } from "../../spec/server-set.js";
import type { RegisterFacts } from "./facts.js";
import { decisionTableAllows } from "./selection/decision-table.js";
import { eagerAllows } from "./selection/eager.js";
import { greatestAllows } from "./selection/greatest.js";
import { strictAllows } from "./selection/strict.js";

export interface SelectionRule {
  /** Whether a client of r can have heard enough to propose anything. */
  readonly canHaveHeard: (facts: RegisterFacts, r: number) => boolean;
  /** Whether a client of r may propose v, for some input and some P that it can have heard from. */
  readonly allows: (facts: RegisterFacts, r: number, v: number) => boolean;
}

/** Whether a client of r that has heard from exactly the servers of P may propose v. */
export type AllowsAfter = (facts: RegisterFacts, P: ServerSet, r: number, v: number) => boolean;

export const selectionRule = (selection: Selection): SelectionRule => rules[selection];

/** Some phase-1 quorum of r is prepared at r. */
const isPhase1Possible: SelectionRule["canHaveHeard"] = (facts, r) =>
  containsSome(facts.preparedServers(r), facts.phase1Quorums[r]!);

const rules: Readonly<Record<Selection, SelectionRule>> = {
  greatest: { canHaveHeard: isPhase1Possible, allows: greatestAllows },
  eager: { canHaveHeard: isPhase1Possible, allows: afterSomePhase1(eagerAllows) },
  strict: { canHaveHeard: isPhase1Possible, allows: afterSomePhase1(strictAllows) },
  "decision-table": { canHaveHeard: () => true, allows: afterHearingAny(decisionTableAllows) },
};

/** P contains a phase-1 quorum of r, and all its servers are prepared at r. */
function afterSomePhase1(allowsAfter: AllowsAfter): SelectionRule["allows"] {
  return (facts, r, v) => {
    const prepared = facts.preparedServers(r);
    return someSubset(prepared, (P) => containsSome(P, facts.phase1Quorums[r]!) && allowsAfter(facts, P, r, v));
  };
}

/** P is any set of servers that are prepared at r. */
function afterHearingAny(allowsAfter: AllowsAfter): SelectionRule["allows"] {
  return (facts, r, v) => someSubset(facts.preparedServers(r), (P) => allowsAfter(facts, P, r, v));
}

/** From the whole set down to the empty one. */
function someSubset(set: ServerSet, test: (subset: ServerSet) => boolean): boolean {
  for (let subset = set; ; subset = (subset - 1) & set) {
    if (test(subset)) return true;
    if (subset === 0) return false;
  }
}
