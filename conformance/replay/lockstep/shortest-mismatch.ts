import { type StateGraph, shortestRunsToTransitions, type Walk } from "../../../model/kernel/index.js";

/** Where and how to look for a shorter run. */
export interface MismatchSearch<Mismatch> {
  /** Walks the model that the runs are of. */
  readonly walk: Walk;
  /** Null where it was not kept. */
  readonly graph: StateGraph | null;
  /** Takes the run in model and implementation; null if they agree. */
  readonly replay: (steps: readonly number[]) => Promise<Mismatch | null>;
  /** The search ends with what it has after this long: the reader waits for a bug, and any run that shows it is one. */
  readonly milliseconds: number;
}

/**
 * The shortest run that shows a difference, given one that does. With the graph, runs are tried in order of length, one to
 * every transition; without, steps are left out of the given run as long as what remains is a run and still shows it.
 */
export async function shortestMismatch<Mismatch extends { readonly steps: readonly number[] }>(
  found: Mismatch,
  search: MismatchSearch<Mismatch>,
): Promise<Mismatch> {
  const deadline_ms = performance.now() + search.milliseconds;
  if (search.graph === null) return leaveOutSteps(found, search, deadline_ms);
  for (const candidate of shortestRunsToTransitions(search.graph)) {
    if (candidate.length >= found.steps.length || performance.now() > deadline_ms) break;
    const mismatch = await search.replay(candidate);
    if (mismatch !== null) return mismatch;
  }
  return found;
}

async function leaveOutSteps<Mismatch extends { readonly steps: readonly number[] }>(
  found: Mismatch,
  { walk, replay }: MismatchSearch<Mismatch>,
  deadline_ms: number,
): Promise<Mismatch> {
  let shortest = found;
  for (let at = found.steps.length - 2; at >= 0 && performance.now() < deadline_ms; at--) {
    const candidate = shortest.steps.filter((_, index) => index !== at);
    if (!isRun(walk, candidate)) continue;
    shortest = (await replay(candidate)) ?? shortest;
  }
  return shortest;
}

function isRun(walk: Walk, steps: readonly number[]): boolean {
  walk.restart();
  for (const step of steps) {
    if (!walk.isEnabled(step)) return false;
    walk.take(step);
  }
  return true;
}
