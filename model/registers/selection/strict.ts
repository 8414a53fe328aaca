/**
 * Selection `strict`: v only once no other value is choosable in the greatest set b with a value on P. Else the client waits, and
 * hears from more servers or gives up.
 *
 * Source: Howard & Mortier 2019, section 4.
 */
import type { ServerSet } from "../../../spec/server-set.js";
import type { SelectionFacts } from "../facts.js";
import { choosableValues, greatestSetWithValue, hasSeveral, hasValue, only, type ValueSet, valuesOn } from "./reads.js";

export function strictChoices(facts: SelectionFacts, P: ServerSet, r: number, input: number): ValueSet {
  const b = greatestSetWithValue(facts, P, r);
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
