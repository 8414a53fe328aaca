/**
 * What a model's steps come to: guarded commands where they can be written out, groups of closures where they cannot.
 */

import type { Cases } from "./cases.js";
import type { CellTests } from "./cell-tests.js";
import type { Footprint } from "./footprint.js";
import type { Outcome } from "./outcomes.js";

export interface GuardedCommand {
  readonly tests: CellTests;
  /** The step whose guarded command it is, by number (see actionInstanceOf). */
  readonly step: number;
  readonly outcome: Outcome;
}

/** A step that is enabled iff the tests hold; what it does depends on what one cell holds. */
export interface CaseCommand extends Cases {
  readonly step: number;
  readonly footprint: Footprint;
}

export interface InvolvedStep {
  /** Its number (see actionInstanceOf). */
  readonly step: number;
  /** What it leads to from the state at work, or null where it is not enabled. To be undone. */
  readonly outcome: () => Outcome | null;
  /** Takes it in the state at work, if it is enabled there. To be undone. */
  readonly take: () => boolean;
}

/** Steps of one action that can be enabled only where the tests hold. */
export interface InvolvedGroup {
  readonly tests: CellTests;
  readonly steps: readonly InvolvedStep[];
  /** Of all of its steps. Null if it is not known. */
  readonly footprint: Footprint | null;
  /**
   * The cells that effects of a persistent action ask or write; null if that cannot be told, or if the action is not
   * declared so.
   */
  readonly effectCells: ReadonlySet<number> | null;
}

export interface CommandBook {
  /** In the order of their steps. */
  readonly guarded: readonly GuardedCommand[];
  readonly cases: readonly CaseCommand[];
  /** In the order of their first steps. */
  readonly involved: readonly InvolvedGroup[];
}
