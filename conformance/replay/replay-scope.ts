/** Replays one scope in memory: an edge cover of its graph, or a seeded sample where the graph is too large to cover. */
import { edgeCover, randomWalks, type StateGraph } from "../../model/kernel/index.js";
import { Coverage } from "./coverage.js";
import { type Mismatch, replayRun } from "./replay-run.js";
import type { Stage } from "./stage.js";

export interface ScopeReplay {
  readonly traces: number;
  readonly steps: number;
  readonly transitionsCovered: number;
  readonly mismatch: Mismatch | null;
  readonly interrupted: boolean;
}

export interface ScopeReplayOptions {
  /** Covered whole if there is one; else random runs are sampled. */
  readonly graph: StateGraph | null;
  /** A sample ends after this many steps. */
  readonly sampleSteps: number;
  /** Replayed first, e.g. the counterexample. */
  readonly firstRuns: readonly (readonly number[])[];
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: {
    readonly traces: number;
    readonly steps: number;
    readonly transitionsCovered: number;
  }) => void;
}

/** Runs between two turns of the event loop, which lets signals in. */
const RUNS_PER_TURN = 64;

export async function replayScope(stage: Stage, options: ScopeReplayOptions): Promise<ScopeReplay> {
  const coverage = new Coverage(stage.model.workspace.words.length);
  let traces = 0;
  let steps = 0;
  const summary = (mismatch: Mismatch | null, interrupted: boolean): ScopeReplay => ({
    traces,
    steps,
    transitionsCovered: coverage.transitions,
    mismatch,
    interrupted,
  });
  for (const run of runsOf(stage, options)) {
    if (options.graph === null && steps >= options.sampleSteps) break;
    const mismatch = await replayRun(stage, run, {
      turn: traces,
      beforeStep: (world, step) => coverage.takeTransition(world.walk.words, step),
      afterStep: async ({ world, probe }) => {
        if (coverage.enterState(world.walk.words)) await probe();
      },
    });
    traces++;
    steps += run.length;
    if (mismatch !== null) return summary(mismatch, false);
    if (traces % RUNS_PER_TURN !== 0) continue;
    options.onProgress({ traces, steps, transitionsCovered: coverage.transitions });
    await new Promise((resolve) => setImmediate(resolve));
    if (options.signal.aborted) return summary(null, true);
  }
  return summary(null, false);
}

function* runsOf(stage: Stage, { graph, firstRuns, seed }: ScopeReplayOptions): Generator<readonly number[]> {
  yield* firstRuns;
  yield* graph === null ? randomWalks(stage.walk, seed) : edgeCover(graph, seed);
}
