/** Putting a judgement together. */
import type { ServerSet } from "../server-set.js";
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
