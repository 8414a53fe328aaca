/**
 * What the servers of P tell a client of r, as the selection rules speak of it. A set of values has bit v for value v.
 */
import { NO_SERVERS, type ServerSet, singleton } from "../../../spec/server-set.js";
import { FIRST_VALUE, NO_PROMISE, type SelectionFacts } from "../facts.js";

export type ValueSet = number;

export const hasValue = (values: ValueSet, v: number): boolean => ((values >>> v) & 1) === 1;

export const only = (v: number): ValueSet => 1 << v;

export const hasSeveral = (values: ValueSet): boolean => (values & (values - 1)) !== 0;

/**
 * The servers that report a promise for r, and something before `reportsEnd`: reports ascend by sets, so no value in a
 * greater set.
 */
export function reportingBefore(facts: SelectionFacts, r: number, reportsEnd: number): ServerSet {
  let servers = NO_SERVERS;
  for (let s = 0; s < facts.servers; s++) {
    const report = facts.reportOf(s, r);
    if (report !== NO_PROMISE && report < reportsEnd) servers |= singleton(s);
  }
  return servers;
}

/** Whether a client of r may have an input for which this holds. */
export function someInput(facts: SelectionFacts, r: number, test: (input: number) => boolean): boolean {
  for (let input = 0; input < facts.values; input++) if (facts.isInput(r, input) && test(input)) return true;
  return false;
}

/** The values in set k on the servers of P; in b, this is W. */
export function valuesOn(facts: SelectionFacts, P: ServerSet, k: number): ValueSet {
  let values = 0;
  for (let v = 0; v < facts.values; v++) if (facts.holders(k, FIRST_VALUE + v, P) !== 0) values |= 1 << v;
  return values;
}

/**
 * The values *choosable* in b: as far as P can tell, some quorum Q of b may have decided them or may yet, since all of
 * P ∩ Q holds them. A Q that misses P leaves every value choosable.
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
