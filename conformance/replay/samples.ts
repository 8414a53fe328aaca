/** How much is drawn, by chance, of what cannot be tried whole. */

export interface Samples {
  /**
   * Runs in which servers and clients live from the beginning to the end, besides the counterexamples: nothing is
   * remembered.
   */
  readonly liveRuns: number;
  /** The same one register set deeper, where each takes longer. */
  readonly deeperLiveRuns: number;
  /** Steps of the sample that stands in for all transitions where the graph is too large to keep. */
  readonly steps: number;
  /** The deeper scope is covered whole up to this many states and transitions, and sampled beyond. */
  readonly deeperStates: number;
  readonly deeperTransitions: number;
  /** Random runs over TCP, besides the counterexample: each costs real syncs. */
  readonly tcpRuns: number;
}

/**
 * Of a table by itself, or of one of many, which try the same implementation: together they draw far more than one by
 * itself.
 */
export type SampleSize = "alone" | "of many";

export const SAMPLES: Readonly<Record<SampleSize, Samples>> = {
  alone: { liveRuns: 32, deeperLiveRuns: 32, steps: 8000, deeperStates: 16_000, deeperTransitions: 60_000, tcpRuns: 3 },
  "of many": { liveRuns: 6, deeperLiveRuns: 2, steps: 500, deeperStates: 500, deeperTransitions: 2000, tcpRuns: 1 },
};
