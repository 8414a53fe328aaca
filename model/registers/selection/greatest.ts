/**
 * Selection `greatest` (Paxos, the default): a value in the greatest set with one on P; with none on P, the input.
 *
 * Source: Lamport, "The Part-Time Parliament", 1998; Howard & Mortier 2019, section 4.
 */
import { containsSome, type ServerSet } from "../../../spec/server-set.js";
import { FIRST_VALUE, type RegisterFacts } from "../facts.js";
import { greatestSetWithValue, only, type ValueSet, valuesOn } from "./reads.js";

export function greatestChoices(facts: RegisterFacts, P: ServerSet, r: number, input: number): ValueSet {
  const b = greatestSetWithValue(facts, P, r);
  return b < 0 ? only(input) : valuesOn(facts, P, b);
}

/**
 * Whether some P that contains a phase-1 quorum of r and is prepared at r lets its client propose v: explorers ask this often.
 *
 * Not all such P need be tried. Going down from r, `heard` is the largest prepared set of servers without a value at b + 1
 * or above: any P whose greatest set is b is part of it, and it reads at b whatever P reads there.
 */
export function greatestAllows(facts: RegisterFacts, r: number, v: number): boolean {
  const quorums = facts.phase1Quorums[r]!;
  let heard = facts.preparedServers(r);
  for (let b = r - 1; b >= 0; b--) {
    if (!containsSome(heard, quorums)) return false;
    if (facts.holders(b, FIRST_VALUE + v, heard) !== 0) return true;
    heard &= ~facts.valueHolders(b, heard);
  }
  return containsSome(heard, quorums) && facts.isInput(r, v);
}
