import { actionInstanceOf, type Expand, generateExpand, stepCount } from "../compile/expand.js";
import type { Action, Model } from "../declaration/model.js";

/** One run of a model, step by step: what replay and random sampling need instead of a search. */
export class Walk {
  readonly #model: Model;
  readonly #expand: Expand;
  readonly #steps: readonly { readonly action: Action; readonly parameters: readonly number[] }[];

  constructor(model: Model) {
    this.#model = model;
    this.#expand = generateExpand(model);
    this.#steps = Array.from({ length: stepCount(model.actions) }, (_, step) => {
      const instance = actionInstanceOf(model.actions, step);
      const action = model.actions.find(({ name }) => name === instance.action)!;
      return { action, parameters: Object.values(instance.parameters) };
    });
    this.restart();
  }

  restart(): void {
    this.#model.workspace.load(this.#model.initial, 0);
  }

  /** Goes on from the state of these packed words, which a walk of the same model was in. */
  goTo(words: Int32Array): void {
    this.#model.workspace.load(words, 0);
  }

  /** The current state packed; overwritten by the next step. */
  get words(): Int32Array {
    return this.#model.workspace.words;
  }

  isEnabled(step: number): boolean {
    const { action, parameters } = this.#steps[step]!;
    return action.guard(...parameters);
  }

  /** Throws if the step cannot be taken here. */
  take(step: number): void {
    if (!this.isEnabled(step)) throw new Error(`step ${step} of model ${this.#model.name} is not enabled`);
    const { action, parameters } = this.#steps[step]!;
    action.effect(...parameters);
    this.#model.workspace.commit();
  }

  enabledSteps(): number[] {
    const enabled: number[] = [];
    this.#expand((step) => enabled.push(step));
    return enabled;
  }
}
