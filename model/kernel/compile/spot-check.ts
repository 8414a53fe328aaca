/**
 * Compares, in some states that a search has found, what it worked with and what the model's closures say.
 *
 * A search asks each closure once for all states that look alike to it, and believes that it would say the same again.
 * Closures that remember something, or hear of the world in other ways, do not. A few states are enough to tell: the
 * check takes no longer than a millisecond or two, however long the search was.
 */
import { checkedModel } from "../declaration/checked-model.js";
import type { Model } from "../declaration/model.js";
import { instanceName, ModelError, NOT_A_FUNCTION } from "../declaration/model-error.js";
import { withoutChance } from "../declaration/no-chance.js";
import { actionInstanceOf, type Expand, generateExpand } from "./expand.js";
import { refuseStoppedSteps } from "./persistence-check.js";

/** States that are looked at; where there are fewer, each several times. */
const SAMPLE_STATES = 16;

/** Of how many states that are looked at one is asked what takes longer. */
const RARELY = 8;

/** Numbers from 0 on and below the count, spread evenly. */
export const sampleOf = (count: number): number[] =>
  Array.from({ length: count === 0 ? 0 : SAMPLE_STATES }, (_, index) =>
    count >= SAMPLE_STATES ? Math.floor((index * count) / SAMPLE_STATES) : index % count,
  );

export class SpotCheck {
  readonly #model: Model;
  readonly #expand: Expand;
  readonly #isPersistent: boolean;
  #looked = 0;

  constructor(model: Model) {
    this.#model = checkedModel(model);
    this.#expand = generateExpand(model);
    this.#isPersistent = model.actions.some(({ persistent }) => persistent);
  }

  /**
   * Throws ModelError unless closures lead from the state at `states[offset]` just to those in `found`, one after
   * another up to `end`, in whatever order, and unless they say the same when they are run again. `failures` has bit p
   * for each property p that fails there.
   */
  look(states: Int32Array, offset: number, found: Int32Array, end: number, failures: number): void {
    const width = this.#model.workspace.words.length;
    const wanted = Array.from({ length: end / width }, (_, index) =>
      found.subarray(index * width, (index + 1) * width).join(),
    ).sort();
    const steps = this.#stepsFrom(states, offset);
    if ([...steps.values()].sort().join(";") !== wanted.join(";")) this.#refuse(states, offset, steps, wanted);
    if (this.#looked++ % RARELY !== 0) return;
    this.#judge(states, offset, failures);
    if (this.#isPersistent) refuseStoppedSteps(this.#model, states, offset, [...steps.keys()]);
  }

  #judge(states: Int32Array, offset: number, failures: number): void {
    const { name, properties, workspace } = this.#model;
    workspace.load(states, offset);
    for (const [index, property] of properties.entries()) {
      if (withoutChance(property.holds) !== (((failures >>> index) & 1) === 1)) continue;
      throw new ModelError(name, `property ${JSON.stringify(property.name)}`, NOT_A_FUNCTION);
    }
  }

  /** Step number → where it leads to, by the closures. */
  #stepsFrom(states: Int32Array, offset: number): Map<number, string> {
    const { workspace } = this.#model;
    const steps = new Map<number, string>();
    workspace.load(states, offset);
    withoutChance(() => this.#expand((step) => steps.set(step, workspace.words.join())));
    return steps;
  }

  /**
   * With the name of the action that is at fault, as far as that can be told: what remembers may have changed its mind
   * again.
   */
  #refuse(states: Int32Array, offset: number, steps: ReadonlyMap<number, string>, wanted: readonly string[]): never {
    const { name, actions } = this.#model;
    const again = this.#stepsFrom(states, offset);
    const numbers = [...new Set([...steps.keys(), ...again.keys()])];
    const step =
      numbers.find((number) => steps.get(number) !== again.get(number)) ??
      numbers.find((number) => !wanted.includes(steps.get(number)!));
    if (step === undefined) throw new ModelError(name, "an action", NOT_A_FUNCTION);
    const { action, parameters } = actionInstanceOf(actions, step);
    const place = `action ${JSON.stringify(action)}${instanceName(Object.entries(parameters))}`;
    throw new ModelError(name, place, NOT_A_FUNCTION);
  }
}
