/** What judging a rule gives: it holds, or a witness shows how it fails. */
import type { ServerSet } from "../server-set.js";
import type { SourcePosition } from "../source-position.js";

/**
 * PQ: every phase-1 quorum of r meets every phase-2 quorum of every lower set. PQ after a gate: every phase-1 quorum of
 * a gated set meets every phase-2 quorum of one of the ranges that it waits for. E1: the election quorums of one
 * elected set meet pairwise. Where it fails the set is contested: F1, F2 and G1 ask of it what they ask of an open one.
 * F1: the phase-2 quorums of one open set meet pairwise. F2: a phase-1 quorum meets every two phase-2 quorums of a
 * lower open set in a common server. G1: an open set below another is decided by all servers together only.
 */
export const RULE_NAMES = ["PQ", "PQ after a gate", "E1", "F1", "F2", "G1"] as const;

export type RuleName = (typeof RULE_NAMES)[number];

/** One of the quorums that fail to meet. */
export interface WitnessQuorum {
  readonly phase: 1 | 2 | "election";
  readonly registerSet: number;
  readonly quorum: ServerSet;
  /** Where the expression that gives this quorum stands; for derived phase 1, where the range stands. */
  readonly at: SourcePosition;
}

/**
 * Quorums with no common server: two for PQ, E1 and F1, three for F2; after a gate, one for each range that is waited
 * for, of which the last, a phase-1 quorum, meets none. For G1, a quorum that leaves servers out, and who may hear
 * them.
 */
export interface Witness {
  readonly quorums: readonly WitnessQuorum[];
}

/** Whether a table meets a rule. */
export interface Finding {
  readonly rule: RuleName;
  readonly holds: boolean;
  /** Null iff the rule holds. */
  readonly witness: Witness | null;
}

/** Broken, a rule of safety lets two values be decided; a rule of progress may leave clients waiting indefinitely. */
export type Need = "safety" | "progress";

export interface RuleJudgement extends Finding {
  /** What the clients' selection needs the rule for. */
  readonly neededFor: Need;
}

/**
 * Whether the table keeps agreement for any number of register sets, clients and values (proofs-notes.md, "Cutoff").
 */
export const areSafe = (judgements: readonly RuleJudgement[]): boolean =>
  judgements.every(({ holds, neededFor }) => holds || neededFor === "progress");
