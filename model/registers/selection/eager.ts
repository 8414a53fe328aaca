/**
 * Selection `eager` (Fast Paxos): the only value in the greatest set b with one on P; of several, one still choosable
 * in b; the input where none is, or where P holds no value.
 *
 * Source: Lamport, "Fast Paxos", 2006, section 2.2; Howard & Mortier 2019, section 4.
 */
import type { ServerSet } from "../../../spec/server-set.js";
import type { SelectionFacts } from "../facts.js";
import { choosableValues, hasSeveral, only, type ValueSet, valuesOn } from "./reads.js";

export function eagerChoices(facts: SelectionFacts, P: ServerSet, r: number, input: number): ValueSet {
  const b = facts.greatestSetWithValue(P, r);
  if (b < 0) return only(input);
  const W = valuesOn(facts, P, b);
  if (!hasSeveral(W)) return W;
  const stillChoosable = W & choosableValues(facts, P, b);
  return stillChoosable === 0 ? only(input) : stillChoosable;
}
