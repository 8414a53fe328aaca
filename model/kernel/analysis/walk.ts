import { actionInstanceOf, type Expand, generateExpand, stepCount } from "../compile/expand.js";
import { checkedModel } from "../declaration/checked-model.js";
import type { Action, Model } from "../declaration/model.js";
import { instanceName, ModelError, NOT_A_FUNCTION } from "../declaration/model-error.js";
import { withoutChance } from "../declaration/no-chance.js";

interface Step {
  readonly action: Action;
  readonly parameters: readonly number[];
  /** As a sentence names it. */
  readonly name: string;
}

/**
 * One run of a model, step by step: what replay and random sampling need instead of a search. Its state is the one at
 * work in the model, so a model has one walk at a time: the one that was made or restarted last, until a search begins.
 */
export class Walk {
  readonly #model: Model;
  readonly #expand: Expand;
  readonly #steps: readonly Step[];

  constructor(model: Model) {
    this.#model = checkedModel(model);
    this.#expand = generateExpand(model);
    this.#steps = Array.from({ length: stepCount(model.actions) }, (_, step) => {
      const instance = actionInstanceOf(model.actions, step);
      const action = this.#model.actions.find(({ name }) => name === instance.action)!;
      const parameters = Object.entries(instance.parameters);
      const name = `action ${JSON.stringify(action.name)}${instanceName(parameters)}`;
      return { action, parameters: Object.values(instance.parameters), name };
    });
    this.restart();
  }

  restart(): void {
    const { workspace, initial } = this.#model;
    workspace.walker = this;
    workspace.load(initial, 0);
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
    const { action, parameters } = this.#stepOf(step);
    return withoutChance(() => action.guard(...parameters));
  }

  /** Throws if the step cannot be taken here. */
  take(step: number): void {
    const { action, parameters, name } = this.#stepOf(step);
    const { workspace } = this.#model;
    withoutChance(() => {
      if (!action.guard(...parameters)) {
        throw new ModelError(this.#model.name, name, `step ${step} is not enabled in this state`);
      }
      action.effect(...parameters);
      const words = workspace.words.slice();
      workspace.undo();
      const isEnabledStill = action.guard(...parameters);
      action.effect(...parameters);
      const isSame = isEnabledStill && words.every((word, index) => word === workspace.words[index]);
      if (!isSame) throw new ModelError(this.#model.name, name, NOT_A_FUNCTION);
      workspace.commit();
    });
  }

  enabledSteps(): number[] {
    const enabled: number[] = [];
    this.#refuseOther();
    withoutChance(() => this.#expand((step) => enabled.push(step)));
    return enabled;
  }

  #stepOf(step: number): Step {
    this.#refuseOther();
    const found = this.#steps[step];
    if (found !== undefined) return found;
    throw new ModelError(this.#model.name, null, `there are steps 0 to ${this.#steps.length - 1} and no step ${step}`);
  }

  #refuseOther(): void {
    if (this.#model.workspace.walker === this) return;
    throw new ModelError(
      this.#model.name,
      null,
      "the walk's state is gone, since another walk or search has begun; restart it",
    );
  }
}
