/**
 * F1: the phase-2 quorums of one open register set meet pairwise.
 *
 * Anybody may write to an open set, so two values may race in it. A server has one register there, so two quorums with
 * a common server cannot decide different values. In a gated set no second value gets proposed: what its clients wait
 * for has settled it, if they are sure to see it (pq-after-a-gate.ts).
 *
 * Source: Lamport, "Fast Paxos", 2006, section 2.2; Howard & Mortier 2019, section 4.
 */
import { quorumsApart } from "../families/apart.js";
import { isGated, type QuorumTable } from "../quorum-table.js";
import { isShared, phase2Family } from "../table-families.js";
import type { Finding } from "./judgement.js";
import { representatives } from "./representatives.js";
import { broken, holds, phase2Witness } from "./witness.js";

/**
 * Judges all open and contested register sets of the table; the witness is in the lowest of them, and has the fewest
 * servers.
 */
export function judgeF1(table: QuorumTable): Finding {
  for (const representative of representatives(table)) {
    const { registerSet } = representative;
    if (!isShared(table, registerSet) || isGated(table, registerSet)) continue;
    const quorums = phase2Family(table, registerSet);
    const pair = quorumsApart([quorums, quorums]);
    if (pair !== null) return broken("F1", { quorums: pair.map((quorum) => phase2Witness(representative, quorum)) });
  }
  return holds("F1");
}
