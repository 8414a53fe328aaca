/**
 * Which states can no longer reach a goal (`AG EF goal`), for explorations too large to keep the graph of.
 *
 * No edge is stored. States are expanded again, from the farthest level to the nearest, each until a successor is found
 * that reaches the goal. Most steps lead on to farther levels, so one pass settles nearly all; passes over those that
 * are left go on until one settles none. A byte a state is all that it takes, besides a table to find states by.
 */

import { bytesMaxByDefault } from "../platform.js";
import type { Exploration, ExploreOptions, Progress } from "../search/exploration.js";
import { Turns } from "../search/turns.js";
import { StateStore } from "../store/state-store.js";
import type { Symmetry } from "../store/symmetry.js";
import { AllSuccessors } from "./all-successors.js";
import type { StatesAtDepth } from "./shortest-run.js";

/** States looked at between two looks at the clock. */
const SLICE_STATES = 256;

/**
 * What a state takes here at most, its words apart, while arrays are doubled: two thirds of it are the table to find it
 * by.
 */
const BYTES_PER_STATE_MAX = 30;

/** What each of its words takes at most. */
const BYTES_PER_WORD_MAX = 12;

export interface StatesWithoutGoal {
  /** How many there are; in an exploration up to a symmetry, all that the canonical forms stand for. */
  readonly count: number;
  /** The nearest of them, or null if there are none. */
  readonly nearest: StatesAtDepth | null;
}

/** Whether the state at `states[offset]` is a goal. Must be the same for all states of an orbit. */
export type IsGoal = (states: Int32Array, offset: number) => boolean;

/**
 * Of a complete exploration, with the symmetry that it was done with. Null if a bound or an abort ends the search
 * early.
 */
export async function findStatesWithoutGoal(
  exploration: Exploration,
  symmetry: Symmetry | null,
  isGoal: IsGoal,
  options: Pick<ExploreOptions, "signal" | "secondsMax" | "bytesMax" | "onProgress">,
): Promise<StatesWithoutGoal | null> {
  if (bytesFor(exploration) > (options.bytesMax ?? bytesMaxByDefault())) return null;
  const search = new GoalSearch(exploration, symmetry, isGoal);
  const turns: Turns = new Turns(options, () => search.progress(turns.elapsed_ms));
  while (search.takeIn(SLICE_STATES)) {
    await turns.take();
    if (turns.stop !== null) return null;
  }
  while (!search.isSettled) {
    if (!search.advance(SLICE_STATES)) search.startPass();
    await turns.take();
    if (turns.stop !== null) return null;
  }
  return search.result();
}

/** Together with the exploration, which stays. */
function bytesFor({ bytes, distinctStates, model }: Exploration): number {
  const width = model.workspace.words.length;
  return bytes + distinctStates * (BYTES_PER_STATE_MAX + BYTES_PER_WORD_MAX * width);
}

class GoalSearch {
  readonly #exploration: Exploration;
  readonly #symmetry: Symmetry | null;
  readonly #isGoal: IsGoal;
  readonly #width: number;
  /** States by number as they are found here: the exploration's, in their order. */
  readonly #store: StateStore;
  /** Where the exploration's states stand that are not in the store yet. */
  readonly #untaken: Generator<number, void>;
  readonly #successors: AllSuccessors;
  /** reaches[n]: 1 if state n is known to reach the goal. */
  readonly #reaches: Uint8Array;
  /**
   * States that are not known to, when the pass began, the farthest first; and how many of them the pass has looked at.
   */
  #left: Int32Array;
  #looked = 0;
  #settled = 0;

  constructor(exploration: Exploration, symmetry: Symmetry | null, isGoal: IsGoal) {
    const { model, distinctStates } = exploration;
    this.#exploration = exploration;
    this.#symmetry = symmetry;
    this.#isGoal = isGoal;
    this.#width = model.workspace.words.length;
    this.#successors = new AllSuccessors(model);
    this.#store = new StateStore(this.#width);
    this.#untaken = this.#offsets();
    this.#reaches = new Uint8Array(distinctStates);
    this.#left = new Int32Array(distinctStates);
    for (let index = 0; index < distinctStates; index++) this.#left[index] = distinctStates - 1 - index;
  }

  /** Takes in `count` more states of the exploration; false if it has them all. */
  takeIn(count: number): boolean {
    const { packed } = this.#exploration.states;
    for (let taken = 0; taken < count; taken++) {
      const next = this.#untaken.next();
      if (next.done === true) return false;
      this.#store.numberAt(packed, next.value);
    }
    return true;
  }

  /** Whether a whole pass has settled nothing. */
  get isSettled(): boolean {
    return this.#looked === this.#left.length && (this.#settled === 0 || this.#settled === this.#left.length);
  }

  /** Looks at `count` more states; false if the pass is over. */
  advance(count: number): boolean {
    const end = Math.min(this.#left.length, this.#looked + count);
    for (; this.#looked < end; this.#looked++) {
      const state = this.#left[this.#looked]!;
      if (!this.#isGoal(this.#store.states, state * this.#width) && !this.#leadsToGoal(state)) continue;
      this.#reaches[state] = 1;
      this.#settled++;
    }
    return this.#looked < this.#left.length;
  }

  startPass(): void {
    if (this.isSettled) return;
    this.#left = this.#left.filter((state) => this.#reaches[state] === 0);
    this.#looked = 0;
    this.#settled = 0;
  }

  progress(elapsed_ms: number): Progress {
    const { distinctStates, transitions, depth } = this.#exploration;
    const frontier = this.#left.length - this.#looked;
    return { distinctStates, transitions, depth, frontier, bytes: this.#store.bytes, elapsed_ms };
  }

  result(): StatesWithoutGoal {
    const { levels, packed } = this.#exploration.states;
    const nearest = new Set<number>();
    let count = 0;
    let end = 0;
    let number = 0;
    for (const offset of this.#offsets()) {
      if (this.#reaches[number++] === 1) continue;
      count += this.#symmetry?.orbitSizeAt(packed, offset) ?? 1;
      const state = offset / this.#width;
      if (nearest.size === 0) end = levels.find((level) => state < level.end)!.end;
      if (state < end) nearest.add(state);
    }
    const depth = levels.findIndex((level) => level.end === end);
    return { count, nearest: count === 0 ? null : { depth, includes: (state) => nearest.has(state) } };
  }

  /** Where the exploration's states stand. */
  *#offsets(): Generator<number, void> {
    const { levels, rangesOf } = this.#exploration.states;
    for (const level of levels) {
      for (const [first, end] of rangesOf(level)) {
        for (let state = first; state < end; state++) yield state * this.#width;
      }
    }
  }

  #leadsToGoal(state: number): boolean {
    const width = this.#width;
    const { found } = this.#successors;
    const end = this.#successors.find(this.#store.states, state * width) / width;
    for (let successor = 0; successor < end; successor++) {
      this.#symmetry?.canonicalizeAll(found, successor, successor + 1);
      if (this.#reaches[this.#store.numberAt(found, successor * width)] === 1) return true;
    }
    return false;
  }
}
