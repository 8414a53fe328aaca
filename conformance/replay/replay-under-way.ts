/**
 * What foreign servers are asked once they agree in all else: requests that a crash cuts short, and several at once.
 * What is simple is then shown by simple runs, and whoever reads of a difference here knows that nothing else shows it.
 */
import { randomWalks, type StateGraph } from "../../model/kernel/index.js";
import { replayGraph } from "./lockstep/replay-graph.js";
import { replayRuns } from "./lockstep/replay-runs.js";
import type { Mismatch } from "./lockstep/take-run.js";
import { upToSteps } from "./lockstep/up-to-steps.js";
import type { RegisterSubject } from "./registers/subjects.js";

/** Steps of the sample that stands in for a graph that is too large to keep. */
const SAMPLE_STEPS = 1000;

/** Where the time was over first. */
export const UNDER_WAY_UNTRIED =
  "Requests that a crash cuts short, and several at once, in some states: the work ended before.";

export interface UnderWayOptions {
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** In every state of the graph. Where the difference is has been found breadth-first; null where there is none. */
export async function replayUnderWay(
  remembered: RegisterSubject,
  graph: StateGraph | null,
  { seed, signal }: UnderWayOptions,
): Promise<{ readonly mismatch: Mismatch | null; readonly interrupted: boolean }> {
  const options = { seed, signal, onProgress: () => {} };
  if (graph !== null) return replayGraph(remembered, graph, { ...options, probe: (run) => run.probeUnderWay() });
  return replayRuns(remembered, upToSteps(randomWalks(remembered.walk, seed), SAMPLE_STEPS), {
    ...options,
    afterStep: (run, _, isNew) => (isNew ? run.probeUnderWay() : Promise.resolve()),
  });
}
