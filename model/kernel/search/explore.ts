/** Exploration of every state that a model can reach, breadth-first: the front of the kernel. */

import type { Model } from "../declaration/model.js";
import { searchConcurrently } from "./concurrent-search.js";
import type { Exploration, ExploreOptions } from "./exploration.js";
import { searchWithGraph } from "./search-with-graph.js";

/**
 * Counts, depth, verdicts and the states that break a property first are the same whatever the options that only say
 * how: threads, and whether the graph is kept. Where a graph is wanted and outgrows its bound, the search starts again
 * without: what was done by then is little against what is to come.
 */
export async function explore(model: Model, options: ExploreOptions = {}): Promise<Exploration> {
  const wantsGraph = (options.graphTransitionsMax ?? 0) > 0 && !options.stopAtViolation;
  const withGraph = wantsGraph ? await searchWithGraph(model, options) : null;
  return withGraph ?? (await searchConcurrently(model, options));
}
