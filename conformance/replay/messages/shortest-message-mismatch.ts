import { shortestRunsToTransitions } from "../../../model/kernel/edge-cover.js";
import type { StateGraph } from "../../../model/kernel/graph.js";
import type { MessageStage } from "./message-stage.js";
import { type MessageMismatch, replayMessageRun } from "./replay-message-run.js";

/** The search ends with what it has after this long: the reader waits for a bug, and any run that shows it is one. */
const SEARCH_MS = 10_000;

/**
 * A short run that shows a difference, given one that does. With the graph, runs are tried in order of length, one to every
 * transition; without, steps are left out of the given run as long as what remains is a run and still shows it.
 */
export async function shortestMessageMismatch(
  stage: MessageStage,
  graph: StateGraph | null,
  found: MessageMismatch,
): Promise<MessageMismatch> {
  const deadline_ms = performance.now() + SEARCH_MS;
  if (graph === null) return leaveOutSteps(stage, found, deadline_ms);
  for (const candidate of shortestRunsToTransitions(graph)) {
    if (candidate.length >= found.steps.length || performance.now() > deadline_ms) break;
    const { mismatch } = await replayMessageRun(stage, candidate, 0);
    if (mismatch !== null) return mismatch;
  }
  return found;
}

async function leaveOutSteps(
  stage: MessageStage,
  found: MessageMismatch,
  deadline_ms: number,
): Promise<MessageMismatch> {
  let shortest = found;
  for (let at = found.steps.length - 2; at >= 0 && performance.now() < deadline_ms; at--) {
    const candidate = shortest.steps.filter((_, index) => index !== at);
    if (!isRun(stage, candidate)) continue;
    shortest = (await replayMessageRun(stage, candidate, 0)).mismatch ?? shortest;
  }
  return shortest;
}

function isRun({ walk }: MessageStage, steps: readonly number[]): boolean {
  walk.restart();
  for (const step of steps) {
    if (!walk.isEnabled(step)) return false;
    walk.take(step);
  }
  return true;
}
