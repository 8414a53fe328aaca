/**
 * The decision table of a client of r that has heard from the servers of P: what it knows about every quorum of every
 * lower set.
 *
 * Declared from the state at once, as the paper's figure 5 does; the implementation fills in a table of its own, reply
 * by reply. Source: Howard & Mortier 2019, section 5.
 */
import { ANY, type DecisionState, decided, maybe, NONE } from "../../spec/decision-state.js";
import { contains, type ServerSet } from "../../spec/server-set.js";
import { FIRST_VALUE, NIL, type SelectionFacts } from "./facts.js";
import { hasSeveral, type ValueSet, valuesOn } from "./selection/reads.js";
import { VALUES_MAX, valueName } from "./values.js";

/** What the client knows about the quorum Q of set k < r. */
export function decisionStateOf(
  facts: SelectionFacts,
  P: ServerSet,
  r: number,
  k: number,
  Q: ServerSet,
): DecisionState {
  if (facts.holders(k, NIL, P & Q) !== 0) return NONE;
  const bearing = valuesBearingOn(facts, P, r, k, Q);
  if (bearing === 0) return ANY;
  if (hasSeveral(bearing)) return NONE;
  const v = Math.log2(bearing);
  return contains(facts.holders(k, FIRST_VALUE + v, P), Q) ? decidedStates[v]! : maybeStates[v]!;
}

/**
 * The values read that say what Q can have decided in k. Whoever proposed above k obeyed the rules, and so proposed
 * what Q decided if Q decided. So did the one client of an exclusive k; in a shared one only Q's own servers tell about
 * Q.
 */
function valuesBearingOn(facts: SelectionFacts, P: ServerSet, r: number, k: number, Q: ServerSet): ValueSet {
  return valuesOn(facts, facts.shared[k] ? P & Q : P, k) | valuesAbove(facts, P, r, k);
}

/** The values in the sets above k that a client of r reads. */
function valuesAbove(facts: SelectionFacts, P: ServerSet, r: number, k: number): ValueSet {
  let values = 0;
  for (let above = k + 1; above < r; above++) values |= valuesOn(facts, P, above);
  return values;
}

const values = Array.from({ length: VALUES_MAX }, (_, v) => valueName(v));
const maybeStates = values.map(maybe);
const decidedStates = values.map(decided);
