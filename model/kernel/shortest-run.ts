import { generateExpand, stepCount } from "./expand.js";
import type { Exploration, Level } from "./exploration.js";
import { precedes } from "./judge.js";
import { generateSuccessors, type Successors } from "./successors.js";

/**
 * A shortest run from the initial state to the given state of an exploration, as step numbers (see actionInstanceOf).
 *
 * No parent is stored with a state. The predecessor is found again by expanding the level before: at most one more exploration
 * in all, and four bytes a state saved. Of all predecessors the least as packed is taken, and of its steps the first, so the
 * run is the same however many threads have explored.
 */
export function shortestRunTo(exploration: Exploration, state: number): number[] {
  const { levels } = exploration.states;
  const search = new PredecessorSearch(exploration);
  const run: number[] = [];
  let target = state;
  for (let depth = levels.findLastIndex(({ first }) => first <= state); depth > 0; depth--) {
    const predecessor = search.leastPredecessor(target, levels[depth - 1]!);
    run.unshift(search.firstStep(predecessor, target));
    target = predecessor;
  }
  return run;
}

class PredecessorSearch {
  readonly #exploration: Exploration;
  readonly #width: number;
  readonly #successorsOf: Successors;
  readonly #successors: Int32Array;

  constructor(exploration: Exploration) {
    const { model } = exploration;
    this.#exploration = exploration;
    this.#width = model.workspace.words.length;
    this.#successorsOf = generateSuccessors(model);
    this.#successors = new Int32Array(stepCount(model.actions) * this.#width);
  }

  leastPredecessor(target: number, level: Level): number {
    const { packed, rangesOf } = this.#exploration.states;
    const width = this.#width;
    let least = -1;
    for (const [first, end] of rangesOf(level)) {
      for (let candidate = first; candidate < end; candidate++) {
        if (least >= 0 && !precedes(packed, candidate * width, least * width, width)) continue;
        if (this.#stepsTo(candidate, target)) least = candidate;
      }
    }
    if (least < 0) throw new Error(`state ${target} has no predecessor: the exploration is inconsistent`);
    return least;
  }

  #stepsTo(candidate: number, target: number): boolean {
    const { packed } = this.#exploration.states;
    const width = this.#width;
    const found = this.#successors;
    const end = this.#successorsOf(packed, candidate * width, found, 0);
    for (let at = 0; at < end; at += width) {
      let word = 0;
      while (word < width && found[at + word] === packed[target * width + word]) word++;
      if (word === width) return true;
    }
    return false;
  }

  firstStep(from: number, target: number): number {
    const { model, states } = this.#exploration;
    const { workspace } = model;
    const wanted = states.packed.subarray(target * this.#width, (target + 1) * this.#width);
    let first = -1;
    workspace.load(states.packed, from * this.#width);
    generateExpand(model)((step) => {
      if (first < 0 && wanted.every((word, index) => workspace.words[index] === word)) first = step;
    });
    return first;
  }
}
