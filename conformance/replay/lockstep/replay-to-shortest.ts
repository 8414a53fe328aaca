import type { LockstepRun, Subject } from "./lockstep-run.js";
import type { Replayed } from "./replay-graph.js";
import { type RunsReplayOptions, replayRuns } from "./replay-runs.js";
import { shortestMismatch } from "./shortest-mismatch.js";
import { type RunHooks, takeRun } from "./take-run.js";

/** How a shorter run is looked for. */
export interface ShorterRuns<Run> extends Pick<RunHooks<Run>, "turn" | "afterStep"> {
  readonly milliseconds: number;
}

/**
 * Runs from the initial state, one after the other, until one shows a difference; then the shortest run to one that is
 * found.
 *
 * @param shorter null to look for none
 */
export async function replayToShortest<Run extends LockstepRun>(
  subject: Subject<Run, unknown>,
  runs: Iterable<readonly number[]>,
  options: RunsReplayOptions<Run>,
  shorter: ShorterRuns<Run> | null,
): Promise<Replayed> {
  const replayed = await replayRuns(subject, runs, options);
  if (replayed.mismatch === null || shorter === null) return replayed;
  const { milliseconds, ...hooks } = shorter;
  const replay = async (steps: readonly number[]) => (await takeRun(subject, steps, hooks)).mismatch;
  const mismatch = await shortestMismatch(replayed.mismatch, { walk: subject.walk, replay, milliseconds });
  return { ...replayed, mismatch };
}
