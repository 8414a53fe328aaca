/** Every successor of one state after another, for searches over states that are known already. */
import { stepCount } from "../compile/expand.js";
import { noneLeft } from "../compile/independence.js";
import { type SuccessorBatch, Successors } from "../compile/successors.js";
import type { Model } from "../declaration/model.js";

export class AllSuccessors {
  /** Those of the state asked for last, packed, one after another. */
  readonly found: Int32Array;
  readonly #successors: Successors;
  readonly #batch: SuccessorBatch;

  constructor(model: Model) {
    const steps = stepCount(model.actions);
    this.#successors = new Successors(model, noneLeft);
    this.found = new Int32Array(steps * model.workspace.words.length);
    this.#batch = { states: this.found, sleepSets: new Uint8Array(steps) };
  }

  /** Puts those of the state at `states[offset]` into `found`, and returns how many words they take. */
  find(states: Int32Array, offset: number): number {
    return this.#successors.write(states, offset, 0, this.#batch, 0);
  }
}
