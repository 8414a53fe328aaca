/**
 * F1: the phase-2 quorums of one open register set meet pairwise.
 *
 * Anybody may write to an open set, so two values may race in it. A server has one register there, so two quorums with a
 * common server cannot decide different values.
 *
 * Source: Lamport, "Fast Paxos", 2006, section 2.2; Howard & Mortier 2019, section 4.
 */
import { phase2Quorums, type QuorumTable } from "../quorum-table.js";
import { meets, type ServerSet } from "../server-set.js";
import type { Finding } from "./judgement.js";
import { representatives } from "./representatives.js";
import { broken, holds, phase2Witness } from "./witness.js";

/** Judges all open register sets of the table; the witness is in the lowest of them, its smallest quorums first. */
export function judgeF1(table: QuorumTable): Finding {
  for (const representative of representatives(table)) {
    if (representative.range.allocation.kind !== "open") continue;
    const pair = disjointPair(phase2Quorums(table, representative.registerSet));
    if (pair !== null) return broken("F1", { quorums: pair.map((quorum) => phase2Witness(representative, quorum)) });
  }
  return holds("F1");
}

/** Two quorums of the family that share no server, or null where every two meet. */
export function disjointPair(family: readonly ServerSet[]): readonly [ServerSet, ServerSet] | null {
  for (const [index, first] of family.entries()) {
    const second = family.slice(index + 1).find((quorum) => !meets(first, quorum));
    if (second !== undefined) return [first, second];
  }
  return null;
}
