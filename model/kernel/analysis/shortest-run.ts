/**
 * The run that is shown for a violation: of all shortest runs the first, step by step, in the order of steps (see
 * actionInstanceOf). That is the order in which the model declares its actions, and then that of their parameters. So
 * the run depends on the model alone, and not on how states are packed, or on how many threads have searched and up to
 * which symmetry.
 *
 * No parent is stored with a state. Where the graph was kept, states are numbered in that order (search-with-graph.ts):
 * the first of those wanted is entered by the run. Elsewhere, one pass goes back from the level of those wanted and
 * notes which states of each level lead on to them, and another goes forward along the first steps to what was noted:
 * at most one more exploration in all.
 */
import { type Expand, generateExpand } from "../compile/expand.js";
import { generateJudge } from "../compile/judge.js";
import { ModelError, shown } from "../declaration/model-error.js";
import type { Exploration, Level } from "../search/exploration.js";
import type { Symmetry } from "../store/symmetry.js";
import { AllSuccessors } from "./all-successors.js";
import { runToState } from "./edge-cover.js";
import { StateIndex } from "./state-index.js";

/** States at one depth of an exploration; with a symmetry, all or none of an orbit. */
export interface StatesAtDepth {
  readonly depth: number;
  /** Of a state at this depth, by number. */
  readonly includes: (state: number) => boolean;
}

/** To the given state of an exploration, as step numbers. */
export function shortestRunTo(exploration: Exploration, state: number): number[] {
  const { model, states } = exploration;
  const { levels } = states;
  if (!Number.isInteger(state) || state < 0 || state >= levels.at(-1)!.end) {
    throw new ModelError(model.name, null, `${shown(state)} is not the number of a state that was found`);
  }
  const depth = levels.findLastIndex(({ first }) => first <= state);
  return shortestRunToAny(exploration, { depth, includes: (other) => other === state });
}

/**
 * To a state in which the property fails, as step numbers: as long as `violations` says.
 *
 * @param symmetry that of the exploration, or null: the run is one of the model itself all the same
 */
export function violatingRun(exploration: Exploration, property: string, symmetry: Symmetry | null = null): number[] {
  const { model, states, violations } = exploration;
  const depth = violations.get(property);
  if (depth === undefined) {
    const where = `property ${JSON.stringify(property)}`;
    throw new ModelError(model.name, where, "it fails in no state that was found, so no run leads to one");
  }
  const judge = generateJudge({ ...model, properties: model.properties.filter(({ name }) => name === property) });
  const width = model.workspace.words.length;
  return shortestRunToAny(
    exploration,
    { depth, includes: (state) => judge(states.packed, state * width) !== 0 },
    symmetry,
  );
}

/** To one of these states, of which there is one at least, as step numbers. */
export function shortestRunToAny(
  exploration: Exploration,
  wanted: StatesAtDepth,
  symmetry: Symmetry | null = null,
): number[] {
  const { graph, states } = exploration;
  if (graph === null) return new GuidedSearch(exploration, symmetry).runTo(wanted);
  for (let state = states.levels[wanted.depth]!.first; state < graph.stateCount; state++) {
    if (wanted.includes(state)) return [...runToState(graph, state)];
  }
  throw new Error(`no such state at depth ${wanted.depth}`);
}

class GuidedSearch {
  readonly #exploration: Exploration;
  readonly #symmetry: Symmetry | null;
  readonly #width: number;
  readonly #successors: AllSuccessors;
  readonly #expand: Expand;

  constructor(exploration: Exploration, symmetry: Symmetry | null) {
    const { model } = exploration;
    this.#exploration = exploration;
    this.#symmetry = symmetry;
    this.#width = model.workspace.words.length;
    this.#successors = new AllSuccessors(model);
    this.#expand = generateExpand(model);
  }

  runTo({ depth, includes }: StatesAtDepth): number[] {
    const { model, states } = this.#exploration;
    // leading[d]: the states at depth d that lead on to those wanted.
    const leading = [this.#chosen(states.levels[depth]!, includes)];
    for (let level = depth - 1; level > 0; level--) {
      const next = this.#indexOf(leading[0]!);
      leading.unshift(this.#chosen(states.levels[level]!, (state) => this.#leadsTo(next, state)));
    }
    const run: number[] = [];
    let state = model.initial;
    for (const numbers of depth === 0 ? [] : leading) {
      const { step, successor } = this.#firstStep(state, this.#indexOf(numbers));
      run.push(step);
      state = successor;
    }
    return run;
  }

  #chosen(level: Level, isChosen: (state: number) => boolean): Int32Array {
    const chosen: number[] = [];
    for (const [first, end] of this.#exploration.states.rangesOf(level)) {
      for (let state = first; state < end; state++) if (isChosen(state)) chosen.push(state);
    }
    return Int32Array.from(chosen);
  }

  #indexOf(numbers: Int32Array): StateIndex {
    return new StateIndex(this.#exploration.states.packed, this.#width, numbers);
  }

  #leadsTo(next: StateIndex, state: number): boolean {
    const { found } = this.#successors;
    const end = this.#successors.find(this.#exploration.states.packed, state * this.#width);
    this.#symmetry?.canonicalizeAll(found, 0, end / this.#width);
    for (let at = 0; at < end; at += this.#width) if (next.has(found, at)) return true;
    return false;
  }

  /** The first step from the state to one of those, and where it leads to. */
  #firstStep(state: Int32Array, next: StateIndex): { readonly step: number; readonly successor: Int32Array } {
    const { workspace } = this.#exploration.model;
    const width = this.#width;
    const steps: number[] = [];
    const successors: number[] = [];
    workspace.load(state, 0);
    this.#expand((step) => {
      steps.push(step);
      successors.push(...workspace.words);
    });
    const forms = Int32Array.from(successors);
    this.#symmetry?.canonicalizeAll(forms, 0, steps.length);
    const first = steps.findIndex((_, index) => next.has(forms, index * width));
    if (first < 0) throw new Error("no step leads on: the exploration is inconsistent");
    return { step: steps[first]!, successor: Int32Array.from(successors.slice(first * width, (first + 1) * width)) };
  }
}
