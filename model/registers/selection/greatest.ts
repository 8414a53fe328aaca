/**
 * Selection `greatest` (Paxos, the default): a value in the greatest set with one on P; with none on P, the input.
 *
 * Source: Lamport, "The Part-Time Parliament", 1998; Howard & Mortier 2019, section 4.
 */
import { containsSome, NO_SERVERS, type ServerSet, singleton } from "../../../spec/server-set.js";
import { FIRST_READ, NO_PROMISE, type RegisterFacts } from "../facts.js";
import { greatestSetWithValue, only, type ValueSet, valuesOn } from "./reads.js";

export function greatestChoices(facts: RegisterFacts, P: ServerSet, r: number, input: number): ValueSet {
  const b = greatestSetWithValue(facts, P, r);
  return b < 0 ? only(input) : valuesOn(facts, P, b);
}

/** Whether the servers that have promised are enough for a client of r. */
export function greatestIsReady(facts: RegisterFacts, r: number): boolean {
  const promised = serversThat(reportsTo(facts, r), (report) => report !== NO_PROMISE);
  return containsSome(promised, facts.phase1Quorums[r]!);
}

/**
 * Whether some P that contains a phase-1 quorum of r and is prepared at r lets its client propose v: explorers ask this often.
 *
 * Not all such P need be tried. If one's greatest set is b, and it reads v there, so does the largest P of which no server
 * reports a greater set than b; and if one reads no value, so does the largest that reads none.
 */
export function greatestAllows(facts: RegisterFacts, r: number, v: number): boolean {
  const reports = reportsTo(facts, r);
  const canHear = (reportsEnd: number): boolean => {
    const P = serversThat(reports, (report) => report !== NO_PROMISE && report < reportsEnd);
    return containsSome(P, facts.phase1Quorums[r]!);
  };
  if (facts.isInput(r, v) && canHear(FIRST_READ)) return true;
  for (const report of reports) {
    const isOfValue = report >= FIRST_READ && (report - FIRST_READ) % facts.values === v;
    const firstOfNextSet = report - v + facts.values;
    if (isOfValue && canHear(firstOfNextSet)) return true;
  }
  return false;
}

/** What each server can have told a client of r. */
function reportsTo(facts: RegisterFacts, r: number): number[] {
  const reports: number[] = [];
  for (let s = 0; s < facts.servers; s++) reports.push(facts.reportOf(s, r));
  return reports;
}

function serversThat(reports: readonly number[], test: (report: number) => boolean): ServerSet {
  let servers = NO_SERVERS;
  for (let s = 0; s < reports.length; s++) if (test(reports[s]!)) servers |= singleton(s);
  return servers;
}
