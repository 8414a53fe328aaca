/**
 * From a packed state to all its packed successors: the inner loop of every exploration, generated for each model.
 *
 * Every step (an action with its parameters filled in) is traced (trace.ts) and written out as tests and masks on the packed
 * words: `if ((word0 & 12) === 4) { successors[at++] = word0 & -49 | 16; }`. Where a guard or an effect is too involved for
 * that, its closure is called.
 */
import { ConditionCode } from "./condition-code.js";
import { loopsOver } from "./expand.js";
import type { Action, Model } from "./model.js";

/**
 * Writes the successors of the state at `states[offset]` one after another into `successors` from `at` on, repeats included,
 * and returns where they end. `successors` must have room for as many states as the model has steps.
 */
export type Successors = (states: Int32Array, offset: number, successors: Int32Array, at: number) => number;

const PARAMETERS = ["successors", "at"];

/** An action with more instances than this is looped over and calls its closures. */
const WRITTEN_OUT_MAX = 1024;

/** One function for each action: the compiler takes more time for one long function than for several shorter ones. */
export function generateSuccessors(model: Model): Successors {
  const ofActions = model.actions.map((action, index) => {
    const writer = new SuccessorsWriter(model);
    return writer.conditions.compile(`successors${index}`, PARAMETERS, `${writer.action(action, index)}return at;\n`);
  });
  const names = ofActions.map((_, index) => `successors${index}`);
  const calls = names.map((name) => `at = ${name}(states, offset, successors, at);\n`);
  const source = `return function successors(states, offset, successors, at) {\n${calls.join("")}return at;\n};`;
  return new Function(...names, source)(...ofActions) as Successors;
}

/** What a step does to each word: the bits in `clear` are cleared, then those in `set` are set. */
interface WordChange {
  readonly clear: number;
  readonly set: number;
}

/** What one step does, or null where it is not enabled. */
type StepOutcome = readonly WordChange[] | null;

class SuccessorsWriter {
  readonly conditions: ConditionCode;
  readonly #model: Model;
  readonly #outcomes = new Map<string, StepOutcome>();

  constructor(model: Model) {
    this.#model = model;
    this.conditions = new ConditionCode(model.workspace);
  }

  action(action: Action, index: number): string {
    const sizes = Object.values(action.parameters);
    if (sizes.reduce((product, size) => product * size, 1) > WRITTEN_OUT_MAX) return this.#loops(action, index);
    // The conditions that take all parameters are traced together with the effect.
    const early = action.conditions.filter(({ arity }) => arity < sizes.length);
    return this.conditions.forAll(`early${index}_`, sizes, early, (parameters) =>
      this.#step(action, index, parameters),
    );
  }

  #loops(action: Action, index: number): string {
    const guard = this.conditions.closure(`guard${index}`, action.guard);
    const effect = this.conditions.closure(`effect${index}`, action.effect);
    return `${this.conditions.load}${loopsOver(action, guard, effect, () => this.#pushWords())}\n`;
  }

  #step(action: Action, index: number, parameters: readonly number[]): string {
    const last = action.conditions.filter(({ arity }) => arity >= parameters.length);
    const effect = (): StepOutcome => {
      action.effect(...parameters);
      return this.#outcomeOf(this.#model.workspace.written());
    };
    const step = (): StepOutcome => (last.every(({ holds }) => holds(...parameters)) ? effect() : null);
    const push = (outcome: StepOutcome): string => this.#push(outcome);
    const wholeStep = this.conditions.trace(action, step);
    if (wholeStep !== null) return this.conditions.tree(wholeStep, push);
    const effectAlone = this.conditions.trace(action.effect, effect);
    const code =
      effectAlone === null ? this.#callEffect(action, index, parameters) : this.conditions.tree(effectAlone, push);
    return this.conditions.forAll(`last${index}_`, [], last, () => code, parameters);
  }

  #callEffect(action: Action, index: number, parameters: readonly number[]): string {
    const effect = this.conditions.closure(`effect${index}`, action.effect);
    return `${this.conditions.load}${effect}(${parameters});\n${this.#pushWords()}workspace.undo();\n`;
  }

  /** The same object for the same changes, as tracing wants. */
  #outcomeOf(written: ReadonlyMap<number, number>): StepOutcome {
    const { wordCount, wordOf, shiftOf, domains } = this.#model.workspace.layout;
    const changes = Array.from({ length: wordCount }, () => ({ clear: 0, set: 0 }));
    let key = "";
    for (const [cell, content] of written) {
      if (!(content >= 0 && content < domains[cell]!)) throw new RangeError(`cell ${cell} cannot hold ${content}`);
      const change = changes[wordOf[cell]!]!;
      change.clear |= this.conditions.maskOf(cell);
      change.set |= content << shiftOf[cell]!;
      key += `${cell}=${content},`;
    }
    const known = this.#outcomes.get(key);
    if (known !== undefined) return known;
    this.#outcomes.set(key, changes);
    return changes;
  }

  #push(outcome: StepOutcome): string {
    if (outcome === null) return "";
    const lines = outcome.map(({ clear, set }, word) => {
      if (clear === 0) return `successors[at++] = word${word};\n`;
      return `successors[at++] = word${word} & ${~clear}${set === 0 ? "" : ` | ${set}`};\n`;
    });
    return lines.join("");
  }

  #pushWords(): string {
    const { wordCount } = this.#model.workspace.layout;
    return Array.from({ length: wordCount }, (_, word) => `successors[at++] = words[${word}];\n`).join("");
  }
}
