import { StateStore } from "../../../model/kernel/index.js";

/**
 * Which states and transitions of a model the replayed runs have taken: counted, not inferred from how runs were
 * chosen.
 */
export class Coverage {
  readonly #states: StateStore;
  readonly #transitions: StateStore;
  readonly #transition: Int32Array;

  constructor(wordsPerState: number) {
    this.#states = new StateStore(wordsPerState);
    this.#transitions = new StateStore(wordsPerState + 1);
    this.#transition = new Int32Array(wordsPerState + 1);
  }

  /** Distinct transitions taken. */
  get transitions(): number {
    return this.#transitions.count;
  }

  /** Whether the packed state is new. */
  enterState(words: Int32Array): boolean {
    return this.#states.insert(words) < 0;
  }

  /** Notes that the step was taken from the packed state. */
  takeTransition(words: Int32Array, step: number): void {
    this.#transition.set(words);
    this.#transition[words.length] = step;
    this.#transitions.insert(this.#transition);
  }
}
