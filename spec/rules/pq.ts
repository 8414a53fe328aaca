/**
 * PQ: every phase-1 quorum of a register set meets every phase-2 quorum of every lower register set. Gated sets are not
 * asked here, and need not be met: what they decide was decided below before (pq-after-a-gate.ts).
 *
 * A client that prepares r must hear from somebody in every quorum that could have decided below. Phase-1 quorums need
 * not meet each other, nor phase-2 quorums.
 *
 * Source: Howard, Malkhi & Spiegelman, "Flexible Paxos: Quorum Intersection Revisited", 2016; per register set in
 * Howard & Mortier 2019, section 4.
 */
import { quorumsApart } from "../families/apart.js";
import { isGated, type QuorumTable } from "../quorum-table.js";
import { phase1Family, phase2Family } from "../table-families.js";
import type { Finding, Witness } from "./judgement.js";
import { pairsOfRepresentatives, type Representative } from "./representatives.js";
import { broken, holds, phase1Witness, phase2Witness } from "./witness.js";

/** Judges all register sets without a gate; the witness is in the lowest pair of sets, and has the fewest servers. */
export function judgePQ(table: QuorumTable): Finding {
  for (const { lower, upper } of pairsOfRepresentatives(table)) {
    if ([lower, upper].some(({ registerSet }) => isGated(table, registerSet))) continue;
    const witness = disjointQuorums(table, lower, upper);
    if (witness !== null) return broken("PQ", witness);
  }
  return holds("PQ");
}

function disjointQuorums(table: QuorumTable, lower: Representative, upper: Representative): Witness | null {
  const found = quorumsApart([phase1Family(table, upper.registerSet), phase2Family(table, lower.registerSet)]);
  if (found === null) return null;
  const [p, q] = found;
  return { quorums: [phase2Witness(lower, q!), phase1Witness(upper, p!)] };
}
