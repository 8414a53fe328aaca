/**
 * Selection `greatest` (Paxos, the default): a value in the greatest set with one on P; with none on P, the input.
 *
 * Source: Lamport, "The Part-Time Parliament", 1998; Howard & Mortier 2019, section 4.
 */
import { allServers, hasServer, type ServerSet } from "../../../spec/server-set.js";
import { FIRST_READ, type SelectionFacts } from "../facts.js";
import { only, reportingBefore, type ValueSet, valuesOn } from "./reads.js";

export function greatestChoices(facts: SelectionFacts, P: ServerSet, r: number, input: number): ValueSet {
  const b = facts.greatestSetWithValue(P, r);
  return b < 0 ? only(input) : valuesOn(facts, P, b);
}

/** Whether the servers that have promised are enough for a client of r. */
export const greatestIsReady = (facts: SelectionFacts, r: number): boolean =>
  canHear(facts, r, allServers(facts.servers), Number.POSITIVE_INFINITY);

/**
 * Whether some P that contains a phase-1 quorum of r and is prepared at r lets its client propose v: explorers ask this
 * often.
 *
 * Not all such P need be tried. If one's greatest set is b, and it reads v there, so does the largest P of which no
 * server reports a greater set than b; and if one reads no value, so does the largest that reads none.
 */
export function greatestAllows(facts: SelectionFacts, r: number, v: number): boolean {
  const audience = facts.audience(r, v);
  if (facts.isInput(r, v) && canHear(facts, r, audience, FIRST_READ)) return true;
  for (let s = 0; s < facts.servers; s++) {
    const report = facts.reportOf(s, r);
    const isOfValue = report >= FIRST_READ && (report - FIRST_READ) % facts.values === v;
    const firstOfNextSet = report - v + facts.values;
    if (isOfValue && hasServer(audience, s) && canHear(facts, r, audience, firstOfNextSet)) return true;
  }
  return false;
}

/**
 * Whether the servers of the audience that report a promise, and something before `reportsEnd`, contain a phase-1
 * quorum of r.
 */
const canHear = (facts: SelectionFacts, r: number, audience: ServerSet, reportsEnd: number): boolean =>
  facts.phase1[r]!.isQuorum(reportingBefore(facts, r, reportsEnd) & audience);
