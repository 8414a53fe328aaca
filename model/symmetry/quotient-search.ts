/**
 * Breadth-first search over canonical forms: one state of every orbit, with the counts of the whole graph by orbit
 * sizes.
 *
 * Distances, verdicts and depth are those of the unreduced graph, and runs are turned back into runs of the model
 * itself (proofs-notes.md, "Symmetry").
 */
import {
  type ExplorationFigures,
  type ExploreOptions,
  type OrbitExploration,
  searchConcurrently,
  violatingRun,
} from "../kernel/index.js";
import type { RegistersModel } from "../registers/registers.js";
import type { Canonicalizer } from "./canonical-form.js";

/**
 * The figures are those of the unreduced graph, as far as it was expanded: sums over orbits of their sizes, and of
 * size times steps.
 */
export interface QuotientExploration extends ExplorationFigures {
  /** The canonical forms. */
  readonly forms: OrbitExploration;
  /** Orbits found. */
  readonly representatives: number;
  /**
   * For each property that fails somewhere: a shortest run of the model to such a state, as step numbers; the
   * shortest of all first.
   */
  readonly violatingRuns: ReadonlyMap<string, readonly number[]>;
}

/** statesMax bounds the representatives. */
export async function exploreQuotient(
  model: RegistersModel,
  canonicalizer: Canonicalizer,
  options: Omit<ExploreOptions, "graphTransitionsMax">,
): Promise<QuotientExploration> {
  const exploration = await searchConcurrently(model, options, canonicalizer);
  const { representedStates, transitions, depth, complete, stoppedBy, depthCovered, violations, vacuity } = exploration;
  const runs = Array.from(violations.keys(), (property) => {
    return [property, violatingRun(exploration, property, canonicalizer)] as const;
  });
  return {
    forms: exploration,
    representatives: exploration.distinctStates,
    distinctStates: representedStates,
    transitions,
    depth,
    complete,
    stoppedBy,
    depthCovered,
    // A symmetry takes steps to steps of the same action, and keeps what premises say.
    vacuity,
    violatingRuns: new Map(runs),
  };
}
