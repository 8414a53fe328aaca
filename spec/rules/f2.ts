/**
 * F2: a phase-1 quorum meets every two phase-2 quorums of a lower open register set in a common server.
 *
 * After an open set a client may read two values. Only the common server tells it which of the two quorums can still have
 * decided: that server holds one value, so the other quorum is out. (The two quorums may be one and the same, so F2 includes
 * PQ towards open sets.)
 *
 * Source: Lamport, "Fast Paxos", 2006, section 2.2; Howard & Mortier 2019, section 4.
 */
import { quorumsApart } from "../families/apart.js";
import { isShared, phase1Family, phase2Family, type QuorumTable } from "../quorum-table.js";
import type { Finding, Witness } from "./judgement.js";
import { pairsOfRepresentatives, type Representative } from "./representatives.js";
import { broken, holds, phase1Witness, phase2Witness } from "./witness.js";

/** Judges all register sets above an open or contested one; the witness is in the lowest pair of sets, and has the fewest servers. */
export function judgeF2(table: QuorumTable): Finding {
  for (const { lower, upper } of pairsOfRepresentatives(table)) {
    if (!isShared(table, lower.registerSet)) continue;
    const witness = unsettledQuorums(table, lower, upper);
    if (witness !== null) return broken("F2", witness);
  }
  return holds("F2");
}

/** Two quorums, perhaps the same twice, whose common servers some phase-1 quorum misses. */
function unsettledQuorums(table: QuorumTable, lower: Representative, upper: Representative): Witness | null {
  const decide = phase2Family(table, lower.registerSet);
  const found = quorumsApart([phase1Family(table, upper.registerSet), decide, decide]);
  if (found === null) return null;
  const [p, q1, q2] = found;
  return { quorums: [phase2Witness(lower, q1!), phase2Witness(lower, q2!), phase1Witness(upper, p!)] };
}
