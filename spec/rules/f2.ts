/**
 * F2: a phase-1 quorum meets every two phase-2 quorums of a lower open register set in a common server.
 *
 * After an open set a client may read two values. Only the common server tells it which of the two quorums can still
 * have decided: that server holds one value, so the other quorum is out. (The two quorums may be one and the same, so
 * F2 includes PQ towards open sets.) Past gates it is asked only where the client hears nothing of a later decision
 * (choosing-readers.ts).
 *
 * Source: Lamport, "Fast Paxos", 2006, section 2.2; Howard & Mortier 2019, section 4.
 */
import { quorumsApart } from "../families/apart.js";
import type { QuorumTable } from "../quorum-table.js";
import { type ServerSet, sizeOf } from "../server-set.js";
import { isShared, phase2Family } from "../table-families.js";
import { choosingReaders } from "./choosing-readers.js";
import type { Finding, Witness } from "./judgement.js";
import { pairsOfRepresentatives, type Representative } from "./representatives.js";
import { broken, holds, phase1Witness, phase2Witness, phase2WitnessesWithin } from "./witness.js";

/**
 * Judges all register sets above an open or contested one; the witness is in the lowest pair of sets, and has the
 * fewest servers.
 */
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
  let fewest: Witness | null = null;
  for (const { prepare, missed } of choosingReaders(table, lower, upper)) {
    const found = quorumsApart([prepare, decide, decide]);
    if (found === null) continue;
    const [p, q1, q2] = found as [ServerSet, ServerSet, ServerSet];
    const between = phase2WitnessesWithin(table, missed, prepare.everybody & ~p);
    const quorums = [phase2Witness(lower, q1), phase2Witness(lower, q2), ...between, phase1Witness(upper, p)];
    if (fewest === null || serversIn({ quorums }) < serversIn(fewest)) fewest = { quorums };
  }
  return fewest;
}

const serversIn = ({ quorums }: Witness): number => quorums.reduce((sum, { quorum }) => sum + sizeOf(quorum), 0);
