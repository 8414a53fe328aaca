/** What the servers of P tell a client of r, as the selection rules speak of it. A set of values has bit v for value v. */
import type { ServerSet } from "../../../spec/server-set.js";
import { FIRST_VALUE, type SelectionFacts } from "../facts.js";

export type ValueSet = number;

export const hasValue = (values: ValueSet, v: number): boolean => ((values >>> v) & 1) === 1;

export const only = (v: number): ValueSet => 1 << v;

export const hasSeveral = (values: ValueSet): boolean => (values & (values - 1)) !== 0;

/** b: the greatest set below r with a value on P, or -1 where P holds none. */
export function greatestSetWithValue(facts: SelectionFacts, P: ServerSet, r: number): number {
  let b = r - 1;
  while (b >= 0 && facts.valueHolders(b, P) === 0) b--;
  return b;
}

/** The values in set k on the servers of P; in b, this is W. */
export function valuesOn(facts: SelectionFacts, P: ServerSet, k: number): ValueSet {
  let values = 0;
  for (let v = 0; v < facts.values; v++) if (facts.holders(k, FIRST_VALUE + v, P) !== 0) values |= 1 << v;
  return values;
}

/**
 * The values *choosable* in b: as far as P can tell, some quorum Q of b may have decided them or may yet, since all of P ∩ Q
 * holds them. A Q that misses P leaves every value choosable.
 */
export function choosableValues(facts: SelectionFacts, P: ServerSet, b: number): ValueSet {
  let choosable = 0;
  for (let v = 0; v < facts.values; v++) {
    const holders = facts.holders(b, FIRST_VALUE + v, P);
    // Whoever is outside P may hold it as well.
    if (facts.phase2[b]!.isQuorum(holders | ~P)) choosable |= 1 << v;
  }
  return choosable;
}
