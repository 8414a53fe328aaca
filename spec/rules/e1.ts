/**
 * E1: the election quorums of one elected register set meet pairwise.
 *
 * A server votes once in a set, so two clients can both be elected only by quorums without a common server. Where E1
 * fails the set is *contested*: two clients may each propose a value in it. Then it is like an open set, and F1, F2 and
 * G1 say whether agreement bears that.
 *
 * Source: Ongaro & Ousterhout, "In Search of an Understandable Consensus Algorithm", 2014, section 5.2 ("Election
 * Safety"), where election quorums are majorities.
 */
import { quorumsApart } from "../families/apart.js";
import { isElected, type QuorumTable } from "../quorum-table.js";
import { electionFamily } from "../table-families.js";
import type { Finding } from "./judgement.js";
import { representatives } from "./representatives.js";
import { broken, electionWitness, holds } from "./witness.js";

/** Judges all elected register sets of the table; the witness is in the lowest of them, and has the fewest servers. */
export function judgeE1(table: QuorumTable): Finding {
  for (const representative of representatives(table)) {
    if (!isElected(table, representative.registerSet)) continue;
    const voters = electionFamily(table, representative.registerSet);
    const pair = quorumsApart([voters, voters]);
    if (pair !== null) return broken("E1", { quorums: pair.map((quorum) => electionWitness(representative, quorum)) });
  }
  return holds("E1");
}
