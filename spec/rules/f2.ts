/**
 * F2: a phase-1 quorum meets every two phase-2 quorums of a lower open register set in a common server.
 *
 * After an open set a client may read two values. Only the common server tells it which of the two quorums can still have
 * decided: that server holds one value, so the other quorum is out. (The two quorums may be one and the same, so F2 includes
 * PQ towards open sets.)
 *
 * Source: Lamport, "Fast Paxos", 2006, section 2.2; Howard & Mortier 2019, section 4.
 */
import { phase1Quorums, phase2Quorums, type QuorumTable } from "../quorum-table.js";
import { meets, type ServerSet } from "../server-set.js";
import type { Finding, Witness } from "./judgement.js";
import { pairsOfRepresentatives, type Representative } from "./representatives.js";
import { broken, holds, phase1Witness, phase2Witness } from "./witness.js";

/** Judges all register sets above an open one; the witness is the lowest pair of sets, its smallest quorums first. */
export function judgeF2(table: QuorumTable): Finding {
  for (const { lower, upper } of pairsOfRepresentatives(table)) {
    if (lower.range.allocation.kind !== "open") continue;
    const witness = unsettledQuorums(table, lower, upper);
    if (witness !== null) return broken("F2", witness);
  }
  return holds("F2");
}

function unsettledQuorums(table: QuorumTable, lower: Representative, upper: Representative): Witness | null {
  for (const p of phase1Quorums(table, upper.registerSet)) {
    const pair = pairMissedBy(p, phase2Quorums(table, lower.registerSet));
    if (pair === null) continue;
    return { quorums: [...pair.map((quorum) => phase2Witness(lower, quorum)), phase1Witness(upper, p)] };
  }
  return null;
}

/** Two quorums, perhaps the same twice, whose common servers `p` misses. */
function pairMissedBy(p: ServerSet, family: readonly ServerSet[]): readonly [ServerSet, ServerSet] | null {
  for (const [index, first] of family.entries()) {
    const second = family.slice(index).find((quorum) => !meets(p, first & quorum));
    if (second !== undefined) return [first, second];
  }
  return null;
}
