/**
 * Selection `decision-table`: v once every quorum of every lower set decides nothing or v, as far as P tells. P is any set of
 * servers: it is the table that says whether it is enough.
 *
 * Source: Howard & Mortier 2019, section 5.
 */
import { allowsProposal } from "../../../spec/decision-state.js";
import type { ServerSet } from "../../../spec/server-set.js";
import { decisionStateOf } from "../decision-state-of.js";
import type { RegisterFacts } from "../facts.js";
import { valueName } from "../values.js";
import { hasValue, only, type ValueSet, valuesOn } from "./reads.js";

export function decisionTableChoices(facts: RegisterFacts, P: ServerSet, r: number, input: number): ValueSet {
  let candidates = only(input);
  for (let below = 0; below < r; below++) candidates |= valuesOn(facts, P, below);
  let choices = 0;
  for (let v = 0; v < facts.values; v++) {
    if (hasValue(candidates, v) && everyQuorumAllows(facts, P, r, v)) choices |= only(v);
  }
  return choices;
}

function everyQuorumAllows(facts: RegisterFacts, P: ServerSet, r: number, v: number): boolean {
  const value = valueName(v);
  for (let k = 0; k < r; k++) {
    const allAllow = facts.phase2Quorums[k]!.every((Q) => allowsProposal(decisionStateOf(facts, P, r, k, Q), value));
    if (!allAllow) return false;
  }
  return true;
}
