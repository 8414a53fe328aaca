/**
 * PQ after a gate: every phase-1 quorum of a gated register set meets every phase-2 quorum of one of the ranges that
 * the set waits for. Those are the range before, and as long as one is gated itself, the range before that.
 *
 * When a client of the set proposes, each of these ranges has decided, and one met deciding quorum tells it the value.
 * So one range is enough, a different one for each phase-1 quorum, and nothing else below needs to be met: neither the
 * ranges below those, nor lower sets of the gated range itself. Put the other way round, which is how it fails: a
 * phase-1 quorum has no server in common with phase-2 quorums of all of these ranges.
 *
 * Source: none that we know for register sets; proofs-notes.md, "PQ after a gate". That a configuration waits for a
 * decision of the one before: Ongaro & Ousterhout, "In Search of an Understandable Consensus Algorithm", 2014, section
 * 6; and for a decision of its own term before it changes anything: Ongaro, "bug in single-server membership changes",
 * raft-dev, 2015.
 */
import { quorumsApart } from "../families/apart.js";
import { type QuorumTable, rangesWaitedFor } from "../quorum-table.js";
import type { ServerSet } from "../server-set.js";
import { familyDeciding, phase1Family } from "../table-families.js";
import type { Finding } from "./judgement.js";
import { representatives } from "./representatives.js";
import { broken, holds, phase1Witness, phase2WitnessesWithin } from "./witness.js";

/** Judges all gated register sets of the table; the witness is in the lowest of them, and has the fewest servers. */
export function judgePQAfterGate(table: QuorumTable): Finding {
  for (const upper of representatives(table)) {
    const waitedFor = rangesWaitedFor(table, upper.registerSet);
    if (waitedFor.length === 0) continue;
    const prepare = phase1Family(table, upper.registerSet);
    const found = quorumsApart([prepare, familyDeciding(table, waitedFor)]);
    if (found === null) continue;
    const [p, deciding] = found as [ServerSet, ServerSet];
    return broken("PQ after a gate", {
      quorums: [...phase2WitnessesWithin(table, waitedFor, deciding), phase1Witness(upper, p)],
    });
  }
  return holds("PQ after a gate");
}
