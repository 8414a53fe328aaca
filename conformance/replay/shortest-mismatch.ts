import { shortestRunsToTransitions } from "../../model/kernel/edge-cover.js";
import type { StateGraph } from "../../model/kernel/graph.js";
import { type Mismatch, replayRun } from "./replay-run.js";
import type { Stage } from "./stage.js";

/** The search ends with what it has after this long: the reader waits for a bug, and any run that shows it is one. */
const SEARCH_MS = 20_000;

/**
 * The shortest run that shows a difference, given one that does. With the graph, runs are tried in order of length, one to
 * every transition; without, steps are left out of the given run as long as what remains is a run and still shows it.
 */
export async function shortestMismatch(stage: Stage, graph: StateGraph | null, found: Mismatch): Promise<Mismatch> {
  const deadline_ms = performance.now() + SEARCH_MS;
  const candidates = graph === null ? null : shortestRunsToTransitions(graph);
  if (candidates === null) return leaveOutSteps(stage, found, deadline_ms);
  for (const candidate of candidates) {
    if (candidate.length >= found.steps.length || performance.now() > deadline_ms) break;
    const mismatch = await replayProbing(stage, candidate);
    if (mismatch !== null) return mismatch;
  }
  return found;
}

async function leaveOutSteps(stage: Stage, found: Mismatch, deadline_ms: number): Promise<Mismatch> {
  let shortest = found;
  for (let at = found.steps.length - 2; at >= 0 && performance.now() < deadline_ms; at--) {
    const candidate = shortest.steps.filter((_, index) => index !== at);
    if (!isRun(stage, candidate)) continue;
    shortest = (await replayProbing(stage, candidate)) ?? shortest;
  }
  return shortest;
}

function isRun({ walk }: Stage, steps: readonly number[]): boolean {
  walk.restart();
  for (const step of steps) {
    if (!walk.isEnabled(step)) return false;
    walk.take(step);
  }
  return true;
}

const replayProbing = (stage: Stage, steps: readonly number[]): Promise<Mismatch | null> =>
  replayRun(stage, steps, { turn: 0, afterStep: ({ probe }) => probe() });
