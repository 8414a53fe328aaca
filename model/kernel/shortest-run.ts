import { generateExpand } from "./expand.js";
import type { Exploration } from "./explore.js";

/**
 * A shortest run from the initial state to the given state of a breadth-first exploration, as step numbers (see actionInstanceOf).
 *
 * No parent is stored with a state. The predecessor is found again by expanding the level before until some state steps to
 * the one wanted: at most one more exploration in all, and four bytes a state saved. The first predecessor in breadth-first
 * order is taken, so the run is deterministic.
 */
export function shortestRunTo(exploration: Exploration, state: number): number[] {
  const { levels } = exploration;
  const run: number[] = [];
  let target = state;
  let level = levels.findLastIndex((first) => first <= state);
  for (; level > 0; level--) {
    const [predecessor, step] = findPredecessor(exploration, target, levels[level - 1]!, levels[level]!);
    run.unshift(step);
    target = predecessor;
  }
  return run;
}

/** Among the states numbered from..end-1, the first that has a step to the target, and the first such step. */
function findPredecessor(exploration: Exploration, target: number, from: number, end: number): [number, number] {
  const { workspace } = exploration.model;
  const { states } = exploration.store;
  const expand = generateExpand(exploration.model);
  const wanted = states.slice(target * workspace.words.length, (target + 1) * workspace.words.length);
  let found = -1;
  const visit = (step: number): void => {
    if (found < 0 && wanted.every((word, index) => workspace.words[index] === word)) found = step;
  };
  for (let candidate = from; candidate < end; candidate++) {
    workspace.load(states, candidate * workspace.words.length);
    expand(visit);
    if (found >= 0) return [candidate, found];
  }
  throw new Error(`state ${target} has no predecessor: the exploration is inconsistent`);
}
