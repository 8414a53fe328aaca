/**
 * Selection `decision-table`: v once every quorum of every lower set decides nothing or v, as far as P tells. P is any
 * set of servers: it is the table that says whether it is enough.
 *
 * Source: Howard & Mortier 2019, section 5.
 */
import type { ServerSet } from "../../../spec/server-set.js";
import { FIRST_VALUE, NIL, type SelectionFacts } from "../facts.js";
import { hasSeveral, hasValue, only, someInput, type ValueSet, valuesOn } from "./reads.js";

export function decisionTableChoices(facts: SelectionFacts, P: ServerSet, r: number, input: number): ValueSet {
  let choices = 0;
  for (let v = 0; v < facts.values; v++) if (decisionTableChooses(facts, P, r, input, v)) choices |= only(v);
  return choices;
}

export const decisionTableChooses = (
  facts: SelectionFacts,
  P: ServerSet,
  r: number,
  input: number,
  v: number,
): boolean => (v === input || isRead(facts, P, r, v)) && everyQuorumAllows(facts, P, r, v);

/**
 * The largest P allows whatever a smaller one does: what a client hears besides turns no quorum back into one that may
 * decide another value.
 */
export const decisionTableAllows = (facts: SelectionFacts, r: number, v: number): boolean => {
  const P = facts.preparedServers(r) & facts.audience(r, v);
  return someInput(facts, r, (input) => decisionTableChooses(facts, P, r, input, v));
};

function isRead(facts: SelectionFacts, P: ServerSet, r: number, v: number): boolean {
  for (let k = facts.nextTelling(P, r); k >= 0; k = facts.nextTelling(P, k)) {
    if (facts.holders(k, FIRST_VALUE + v, P) !== 0) return true;
  }
  return false;
}

function everyQuorumAllows(facts: SelectionFacts, P: ServerSet, r: number, v: number): boolean {
  let above: ValueSet = 0;
  for (let k = facts.nextTelling(P, r); k >= 0; k = facts.nextTelling(P, k)) {
    if (isInDoubt(facts, P, k, v, above)) return false;
    above |= valuesOn(facts, P, k);
    // Where v bears on a quorum it decides nothing else; where two values do, nothing at all.
    if (hasValue(above, v) || hasSeveral(above)) return true;
  }
  return true;
}

/**
 * Whether some quorum of k is `any`, maybe another value than v, or decided it: no nil in it, and no v or second value
 * bears on it.
 * @param above the values that a client reads in the sets above k
 */
function isInDoubt(facts: SelectionFacts, P: ServerSet, k: number, v: number, above: ValueSet): boolean {
  const withoutNil = ~facts.holders(k, NIL, P);
  if (!facts.shared[k]) {
    const bearing = above | valuesOn(facts, P, k);
    return bearing !== only(v) && !hasSeveral(bearing) && facts.phase2[k]!.isQuorum(withoutNil);
  }
  // Among quorums of a shared set, those on which no value bears but, perhaps, u: for each u but v, and for none at
  // all.
  for (let u = -1; u < facts.values; u++) {
    if (u === v || (above !== 0 && (u < 0 || above !== only(u)))) continue;
    const holders = u < 0 ? 0 : facts.holders(k, FIRST_VALUE + u, P);
    const others = facts.valueHolders(k, P) & ~holders;
    if (facts.phase2[k]!.isQuorum(withoutNil & ~others)) return true;
  }
  return false;
}
