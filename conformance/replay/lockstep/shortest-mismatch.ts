import type { Walk } from "../../../model/kernel/index.js";

/** Where and how to look for a shorter run. */
export interface MismatchSearch<Mismatch> {
  /** Walks the model that the runs are of. */
  readonly walk: Walk;
  /** Takes the run in model and implementation; null if they agree. */
  readonly replay: (steps: readonly number[]) => Promise<Mismatch | null>;
  /** The search ends with what it has after this long: the reader waits for a bug, and any run that shows it is one. */
  readonly milliseconds: number;
}

/**
 * A short run that shows a difference, given one that does: steps are left out as long as the rest is a run that still
 * shows it.
 */
export async function shortestMismatch<Mismatch extends { readonly steps: readonly number[] }>(
  found: Mismatch,
  { walk, replay, milliseconds }: MismatchSearch<Mismatch>,
): Promise<Mismatch> {
  const deadline_ms = performance.now() + milliseconds;
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
