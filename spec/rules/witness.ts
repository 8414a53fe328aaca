/** Putting a judgement together. */
import type { QuorumTable, RegisterRange } from "../quorum-table.js";
import type { ServerSet } from "../server-set.js";
import { phase2Family } from "../table-families.js";
import type { Finding, RuleName, Witness, WitnessQuorum } from "./judgement.js";
import type { Representative } from "./representatives.js";

export const holds = (rule: RuleName): Finding => ({ rule, holds: true, witness: null });

export const broken = (rule: RuleName, witness: Witness): Finding => ({ rule, holds: false, witness });

/** A phase-1 quorum; it stands where `prepare` does or, derived, where its range does. */
export const phase1Witness = ({ registerSet, range }: Representative, quorum: ServerSet): WitnessQuorum => ({
  phase: 1,
  registerSet,
  quorum,
  at: range.prepare?.at ?? range.at,
});

/** An election quorum; it stands where `elect` does, or else where the phase-1 quorums do. */
export const electionWitness = ({ registerSet, range }: Representative, quorum: ServerSet): WitnessQuorum => ({
  phase: "election",
  registerSet,
  quorum,
  at: (range.allocation.kind === "elected" ? range.allocation.elect : null)?.at ?? range.prepare?.at ?? range.at,
});

export const phase2Witness = ({ registerSet, range }: Representative, quorum: ServerSet): WitnessQuorum => ({
  phase: 2,
  registerSet,
  quorum,
  at: range.decide.at,
});

/** Of the first set of each range, a smallest phase-2 quorum of these servers. There must be one. */
export const phase2WitnessesWithin = (
  table: QuorumTable,
  ranges: readonly RegisterRange[],
  servers: ServerSet,
): WitnessQuorum[] =>
  ranges.map((range) =>
    phase2Witness({ registerSet: range.first, range }, phase2Family(table, range.first).within(servers).smallest),
  );
