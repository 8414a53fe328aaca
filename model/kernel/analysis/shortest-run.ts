import { generateExpand } from "../compile/expand.js";
import { precedes } from "../compile/judge.js";
import { ModelError, shown } from "../declaration/model-error.js";
import type { Exploration, Level } from "../search/exploration.js";
import type { Reduction } from "../store/reduction.js";
import { AllSuccessors } from "./all-successors.js";

/**
 * A shortest run from the initial state to the given state of an exploration, as step numbers (see actionInstanceOf).
 *
 * No parent is stored with a state. The predecessor is found again by expanding the level before: at most one more exploration
 * in all, and four bytes a state saved. Of all predecessors the least as packed is taken, and of its steps the first, so the
 * run is the same however many threads have explored.
 */
export function shortestRunTo(exploration: Exploration, state: number): number[] {
  const search = new PredecessorSearch(exploration, null);
  const path = search.shortestPathTo(state);
  return path.slice(1).map((target, index) => search.firstStep(path[index]!, target));
}

/**
 * The states on a shortest path from the initial state to the given one, both included. In an exploration up to a symmetry each
 * is the canonical form of a successor of the one before.
 */
export function shortestPathTo(exploration: Exploration, state: number, reduction: Reduction): number[] {
  return new PredecessorSearch(exploration, reduction).shortestPathTo(state);
}

class PredecessorSearch {
  readonly #exploration: Exploration;
  readonly #reduction: Reduction | null;
  readonly #width: number;
  readonly #successors: AllSuccessors;

  constructor(exploration: Exploration, reduction: Reduction | null) {
    const { model } = exploration;
    this.#exploration = exploration;
    this.#reduction = reduction;
    this.#width = model.workspace.words.length;
    this.#successors = new AllSuccessors(model);
  }

  shortestPathTo(state: number): number[] {
    const { model, states } = this.#exploration;
    const { levels } = states;
    if (!Number.isInteger(state) || state < 0 || state >= levels.at(-1)!.end) {
      throw new ModelError(model.name, null, `${shown(state)} is not the number of a state that was found`);
    }
    const path = [state];
    for (let depth = levels.findLastIndex(({ first }) => first <= state); depth > 0; depth--) {
      path.unshift(this.#leastPredecessor(path[0]!, levels[depth - 1]!));
    }
    return path;
  }

  #leastPredecessor(target: number, level: Level): number {
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
    const { found } = this.#successors;
    const end = this.#successors.find(packed, candidate * width);
    this.#reduction?.canonicalizeAll(found, 0, end / width);
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
