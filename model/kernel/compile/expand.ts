/** From one state to all its successors: the inner loop of every exploration. */
import { nothing, refusal, refuseMismade } from "../declaration/checked-model.js";
import { truth } from "../declaration/guard.js";
import { type Action, type ActionInstance, type Condition, type Model, madeWith } from "../declaration/model.js";
import type { ModelError } from "../declaration/model-error.js";
import { atWork } from "../declaration/workspace.js";

/**
 * Takes every enabled step from the state in the workspace: applies it, calls `visit` with the step's number while the
 * workspace holds the successor, and takes it back.
 */
export type Expand = (visit: (step: number) => void) => void;

/**
 * Generates the loops over all actions and parameters. Written out, each guard and each effect has a call site of its
 * own, which the compiler can inline; one loop over an array of actions cannot be, and is about three times slower.
 * Misuse is refused as in checkedModel, without a function around each closure that would be in the way.
 */
export function generateExpand(model: Model): Expand {
  refuseMismade(model);
  const { actions, workspace } = model;
  const firsts = firstSteps(actions);
  const body = actions.map((action, index) => loopsOver(action, index, firsts[index]!));
  const parametersMax = Math.max(...actions.map(({ parameters }) => Object.keys(parameters).length), 1);
  const parameters = Array.from({ length: parametersMax }, (_, index) => `p${index}`);
  const source = `return function expand(visit) {
    const before = atWork.workspace;
    let running = VISIT, action = 0, ${parameters.map((name) => `${name} = 0`).join(", ")};
    try {
      ${body.join("\n")}
    } catch (error) {
      throw running === VISIT ? error : refuse(running, action, [${parameters}], error);
    } finally {
      atWork.workspace = before;
      workspace.isReadOnly = false;
    }
  };`.replaceAll(/VISIT|GUARD|EFFECT/g, (name) => String(RUNNING[name as keyof typeof RUNNING]));
  const refuse = (running: number, index: number, values: readonly number[], error: unknown): ModelError => {
    const { name, parameters } = actions[index]!;
    const where = `${running === RUNNING.GUARD ? "guard" : "effect"} of action ${JSON.stringify(name)}`;
    return refusal(model.name, where, Object.keys(parameters), values, error);
  };
  const closures = actions.flatMap((action, index) => [
    ...conditionsOf(action).map(({ holds }, condition) => [`guard${index}_${condition}`, holds] as const),
    [`effect${index}`, action.effect] as const,
  ]);
  const names = ["workspace", "atWork", "truth", "nothing", "refuse", ...closures.map(([name]) => name)];
  const make = new Function(...names, source);
  return make(workspace, atWork, truth, nothing, refuse, ...closures.map(([, closure]) => closure)) as Expand;
}

/** What runs: the visitor, whose errors are its own, or a closure of the model. */
const RUNNING = { VISIT: 0, GUARD: 1, EFFECT: 2 } as const;

/** The guard, by parts where it was declared so. */
const conditionsOf = ({ guard, conditions, parameters }: Action): readonly Condition[] =>
  madeWith.get(conditions) === guard ? conditions : [{ holds: guard, arity: Object.keys(parameters).length }];

/** Steps are numbered through all actions and parameter values, in the order in which they are declared. */
export function actionInstanceOf(actions: readonly Action[], step: number): ActionInstance {
  if (!Number.isInteger(step) || step < 0) throw new RangeError(`a step number is a whole number, not ${step}`);
  let rest = step;
  for (const action of actions) {
    const count = instanceCount(action);
    if (rest < count) return { action: action.name, parameters: parametersOf(action, rest) };
    rest -= count;
  }
  throw new RangeError(`there are steps 0 to ${stepCount(actions) - 1} and no step ${step}`);
}

export const stepCount = (actions: readonly Action[]): number => firstSteps(actions).at(-1)!;

/** The number of each action's first step, and the number of steps. */
export function firstSteps(actions: readonly Action[]): number[] {
  const firsts = [0];
  for (const action of actions) firsts.push(firsts.at(-1)! + instanceCount(action));
  return firsts;
}

const instanceCount = (action: Action): number =>
  Object.values(action.parameters).reduce((product, size) => product * size, 1);

function parametersOf(action: Action, instance: number): Record<string, number> {
  const entries: [string, number][] = [];
  let rest = instance;
  for (const [name, size] of Object.entries(action.parameters).reverse()) {
    entries.unshift([name, rest % size]);
    rest = Math.floor(rest / size);
  }
  return Object.fromEntries(entries);
}

/** Source of the loops over an action's parameters; `first` is the number of its first step. */
function loopsOver(action: Action, index: number, first: number): string {
  const sizes = Object.values(action.parameters);
  const names = sizes.map((_, parameter) => `p${parameter}`);
  const loops = sizes.map((size, parameter) => `for (p${parameter} = 0; p${parameter} < ${size}; p${parameter}++)`);
  const instance = names.reduce((number, name, parameter) => `(${number}) * ${sizes[parameter]} + ${name}`, "0");
  const guards = conditionsOf(action).map(
    ({ arity }, condition) => `truth(guard${index}_${condition}(${names.slice(0, arity).join(", ")}))`,
  );
  return `action = ${index};
  ${loops.join(" ")} {
    running = GUARD;
    atWork.workspace = workspace;
    workspace.isReadOnly = true;
    if (${["true", ...guards].join(" && ")}) {
      running = EFFECT;
      workspace.isReadOnly = false;
      nothing(effect${index}(${names.join(", ")}));
      running = VISIT;
      atWork.workspace = before;
      visit(${first} + ${instance});
      workspace.undo();
    }
  }`;
}
