/**
 * Selection `strict`: v only once no other value is choosable in the greatest set b with a value on P. Else the client waits, and
 * hears from more servers or gives up.
 *
 * Source: Howard & Mortier 2019, section 4; design, section 2.
 */
import type { ServerSet } from "../../../spec/server-set.js";
import type { RegisterFacts } from "../facts.js";
import { choosableValues, greatestSetWithValue, hasSeveral, hasValue, valuesOn } from "./reads.js";

export function strictAllows(facts: RegisterFacts, P: ServerSet, r: number, v: number): boolean {
  const b = greatestSetWithValue(facts, P, r);
  if (b < 0) return facts.isInput(r, v);
  const othersChoosable = choosableValues(facts, P, b) & ~(1 << v);
  if (othersChoosable !== 0) return false;
  const W = valuesOn(facts, P, b);
  return hasValue(W, v) || (hasSeveral(W) && facts.isInput(r, v));
}
