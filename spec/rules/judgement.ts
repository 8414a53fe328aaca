/** What judging a rule gives: it holds, or a witness shows how it fails. */
import type { ServerSet } from "../server-set.js";
import type { SourcePosition } from "../source-position.js";

/**
 * PQ: every phase-1 quorum of r meets every phase-2 quorum of every lower set.
 * F1: the phase-2 quorums of one open set meet pairwise.
 * F2: a phase-1 quorum meets every two phase-2 quorums of a lower open set in a common server.
 */
export type RuleName = "PQ" | "F1" | "F2";

/** One of the quorums that fail to meet. */
export interface WitnessQuorum {
  readonly phase: 1 | 2;
  readonly registerSet: number;
  readonly quorum: ServerSet;
  /** Where the expression that gives this quorum stands; for derived phase 1, where the range stands. */
  readonly at: SourcePosition;
}

/** Quorums with no common server: two for PQ and F1, three for F2. */
export interface Witness {
  readonly quorums: readonly WitnessQuorum[];
}

export interface RuleJudgement {
  readonly rule: RuleName;
  readonly holds: boolean;
  /** Null iff the rule holds. */
  readonly witness: Witness | null;
}
