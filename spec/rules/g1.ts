/**
 * G1: an open register set below another one is decided by all servers together, and by no fewer; arbiters,
 * which hold no values, aside.
 *
 * A client that selects by `greatest` takes any value of the greatest set that shows one. In an open set it may read a
 * decided A and, at a server outside the quorum, a stray B of a client that came too late, and take B. Only where every
 * quorum is all of the servers does a decided set show one value. It makes F1 and F2 hold there as well. Of the ranges
 * that wait for an open set, one after the other, the first one fails if any does; so only that one is asked.
 *
 * Source: none that we know; it came out of comparing the rules with the explorer (proofs-notes.md, "What
 * each selection needs").
 */
import type { QuorumTable } from "../quorum-table.js";
import { serversThatHold } from "../roles.js";
import { isShared, phase2Family } from "../table-families.js";
import { choosingReaders } from "./choosing-readers.js";
import type { Finding } from "./judgement.js";
import { pairsOfRepresentatives } from "./representatives.js";
import { broken, holds, phase1Witness, phase2Witness } from "./witness.js";

/**
 * Judges all open and contested register sets below another; the witness is in the lowest pair of sets, a smallest
 * quorum of the open one.
 */
export function judgeG1(table: QuorumTable): Finding {
  const everybody = serversThatHold(table);
  for (const { lower, upper } of pairsOfRepresentatives(table)) {
    if (!isShared(table, lower.registerSet)) continue;
    const quorum = phase2Family(table, lower.registerSet).smallest;
    const [readers] = choosingReaders(table, lower, upper);
    if (quorum === everybody || readers === undefined || readers.missed.length > 0) continue;
    return broken("G1", { quorums: [phase2Witness(lower, quorum), phase1Witness(upper, readers.prepare.smallest)] });
  }
  return holds("G1");
}
