/** Every successor of one state after another, for searches over states that are known already. */
import { stepCount } from "../compile/expand.js";
import { noneLeft } from "../compile/independence.js";
import { Successors } from "../compile/successors.js";
import type { Model } from "../declaration/model.js";

export class AllSuccessors {
  /** Those of the state asked for last, packed, one after another. */
  readonly found: Int32Array;
  readonly #successors: Successors;
  /** Nobody asks how they were found: none is left out. */
  readonly #sleepSets: Uint8Array;

  constructor(model: Model) {
    const steps = stepCount(model.actions);
    this.#successors = new Successors(model, noneLeft);
    this.found = new Int32Array(steps * model.workspace.words.length);
    this.#sleepSets = new Uint8Array(steps);
  }

  /** Puts those of the state at `states[offset]` into `found`, and returns how many words they take. */
  find(states: Int32Array, offset: number): number {
    return this.#successors.write(states, offset, 0, this.found, 0, this.#sleepSets);
  }
}
