/**
 * Selection `strict`: v only once no other value is choosable in the greatest set b with a value on P. Else the client
 * waits, and hears from more servers or gives up.
 *
 * Source: Howard & Mortier 2019, section 4.
 */
import type { ServerSet } from "../../../spec/server-set.js";
import { FIRST_READ, type SelectionFacts } from "../facts.js";
import {
  choosableValues,
  hasSeveral,
  hasValue,
  only,
  reportingBefore,
  someInput,
  type ValueSet,
  valuesOn,
} from "./reads.js";

export function strictChoices(facts: SelectionFacts, P: ServerSet, r: number, input: number): ValueSet {
  const b = facts.greatestSetWithValue(P, r);
  if (b < 0) return only(input);
  const W = valuesOn(facts, P, b);
  const candidates = hasSeveral(W) ? W | only(input) : W;
  const choosable = choosableValues(facts, P, b);
  let choices = 0;
  for (let v = 0; v < facts.values; v++) {
    const othersChoosable = choosable & ~only(v);
    if (hasValue(candidates, v) && othersChoosable === 0) choices |= only(v);
  }
  return choices;
}

/**
 * Whether some P that contains a phase-1 quorum of r and is prepared at r lets its client propose v.
 *
 * Of all P with the same greatest set, the largest allows whatever a smaller one does: it reads more there, and less is
 * choosable.
 */
export function strictAllows(facts: SelectionFacts, r: number, v: number): boolean {
  const audience = facts.preparedServers(r) & facts.audience(r, v);
  const allowsBefore = (reportsEnd: number): boolean => {
    const P = reportingBefore(facts, r, reportsEnd) & audience;
    if (!facts.phase1[r]!.isQuorum(P)) return false;
    return someInput(facts, r, (input) => hasValue(strictChoices(facts, P, r, input), v));
  };
  if (allowsBefore(FIRST_READ)) return true;
  for (let s = 0; s < facts.servers; s++) {
    const report = facts.reportOf(s, r);
    const firstOfNextSet = report - ((report - FIRST_READ) % facts.values) + facts.values;
    if (report >= FIRST_READ && allowsBefore(firstOfNextSet)) return true;
  }
  return false;
}
