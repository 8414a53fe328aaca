import type { StateGraph } from "../../../model/kernel/index.js";
import type { MessageStep } from "../../../model/messages/message-steps.js";
import { Coverage } from "../coverage.js";
import { type MismatchSearch, shortestMismatch } from "../shortest-mismatch.js";
import type { MessageStage } from "./message-stage.js";
import { type MessageMismatch, replayMessageRun } from "./replay-message-run.js";

export interface MessageDivergence extends Omit<MessageMismatch, "steps"> {
  readonly steps: readonly MessageStep[];
  /** Index into `steps` of the differing step. */
  readonly at: number;
}

export interface ReplayedRuns {
  readonly traces: number;
  readonly steps: number;
  /** Distinct transitions of the model that some run took. */
  readonly transitionsCovered: number;
  /** How often a server was crashed and started again. */
  readonly crashes: number;
  readonly divergence: MessageDivergence | null;
  readonly interrupted: boolean;
}

export interface MessageRunsOptions {
  /** Where the runs come from, if they come from a graph: a shorter run to a difference is then looked for in it. */
  readonly graph: StateGraph | null;
  /** Turns the choices that are left open, differently in every run. */
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

/** Runs between two turns of the event loop, which lets signals in. */
const RUNS_PER_TURN = 64;

/** Replays the runs one after the other, until one shows a difference. */
export async function replayMessageRuns(
  stage: MessageStage,
  runs: Iterable<readonly number[]>,
  { graph, seed, signal, onProgress }: MessageRunsOptions,
): Promise<ReplayedRuns> {
  const coverage = new Coverage(stage.model.workspace.words.length);
  let [traces, steps, crashes] = [0, 0, 0];
  const summary = (divergence: MessageDivergence | null, interrupted: boolean): ReplayedRuns => ({
    ...{ traces, steps, crashes, divergence, interrupted },
    transitionsCovered: coverage.transitions,
  });
  for (const run of runs) {
    const replayed = await replayMessageRun(stage, run, seed + traces, (before, step) => {
      coverage.takeTransition(before, step);
      if (stage.instances[step]!.action.startsWith("crash")) crashes++;
    });
    traces++;
    steps += replayed.steps;
    if (replayed.mismatch !== null) return summary(await divergenceOf(stage, graph, replayed.mismatch), false);
    if (traces % RUNS_PER_TURN !== 0 && stage.driver === "memory") continue;
    onProgress(`${stage.scope.table.name}: replaying messages in ${stage.driver}: ${traces} traces, ${steps} steps`);
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) return summary(null, true);
  }
  return summary(null, false);
}

/** How long a shorter run is looked for once one is found that shows a difference. */
const SHORTEST_SEARCH_MS = 10_000;

/** Over TCP a run takes too long to look for a shorter one. */
async function divergenceOf(
  stage: MessageStage,
  graph: StateGraph | null,
  found: MessageMismatch,
): Promise<MessageDivergence> {
  const search: MismatchSearch<MessageMismatch> = {
    walk: stage.walk,
    graph,
    replay: async (steps) => (await replayMessageRun(stage, steps, 0)).mismatch,
    milliseconds: SHORTEST_SEARCH_MS,
  };
  const shortest = stage.driver === "memory" ? await shortestMismatch(found, search) : found;
  return { ...shortest, steps: shortest.steps.map((step) => stage.steps[step]!), at: shortest.steps.length - 1 };
}
