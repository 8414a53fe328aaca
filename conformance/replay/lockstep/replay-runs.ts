/** Runs from the initial state, one after the other, until one shows a difference. */
import { OUT_OF_TIME, unlessOutOfTime } from "../../budget/bound.js";
import { Coverage } from "./coverage.js";
import type { LockstepRun, Subject } from "./lockstep-run.js";
import type { Replayed } from "./replay-graph.js";
import { type RunHooks, takeRun } from "./take-run.js";
import { Turns } from "./turns.js";

export interface RunsReplayOptions<Run> {
  /** Turns what is left open, differently in every run. */
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: Pick<Replayed, "runs" | "steps" | "transitionsCovered">) => void;
  readonly onTaken?: (step: number) => void;
  /** `isNew` tells whether a run was in the model's state after the step for the first time. */
  readonly afterStep?: (run: Run, at: number, isNew: boolean) => Promise<void>;
}

export async function replayRuns<Run extends LockstepRun>(
  subject: Subject<Run, unknown>,
  runs: Iterable<readonly number[]>,
  { seed, signal, onProgress, onTaken, afterStep }: RunsReplayOptions<Run>,
): Promise<Replayed> {
  const { walk } = subject;
  const coverage = new Coverage(walk.words.length);
  const done = { runs: 0, steps: 0 };
  const turns = new Turns(signal, () => onProgress({ ...done, transitionsCovered: coverage.transitions }));
  const hooks: Omit<RunHooks<Run>, "turn"> = {
    isStopped: () => turns.take(),
    onTaken: (before, step) => {
      coverage.takeTransition(before, step);
      onTaken?.(step);
    },
    afterStep: async (run, at) => afterStep?.(run, at, coverage.enterState(walk.words)),
  };
  for (const run of runs) {
    const taken = await unlessOutOfTime(() => takeRun(subject, run, { ...hooks, turn: seed + done.runs }));
    if (taken === OUT_OF_TIME) {
      return { ...done, transitionsCovered: coverage.transitions, mismatch: null, interrupted: true };
    }
    const { steps, mismatch } = taken;
    done.runs++;
    done.steps += steps;
    const { transitions: transitionsCovered } = coverage;
    if (mismatch !== null) return { ...done, transitionsCovered, mismatch, interrupted: false };
    if (signal.aborted) return { ...done, transitionsCovered, mismatch: null, interrupted: true };
  }
  return { ...done, transitionsCovered: coverage.transitions, mismatch: null, interrupted: false };
}
