/** From one state to all its successors: the inner loop of every exploration. */
import type { Action, ActionInstance, Model } from "../declaration/model.js";

/**
 * Takes every enabled step from the state in the workspace: applies it, calls `visit` with the step's number while the
 * workspace holds the successor, and takes it back.
 */
export type Expand = (visit: (step: number) => void) => void;

/**
 * Generates the loops over all actions and parameters. Written out, each guard and each effect has a call site of its own,
 * which the compiler can inline; one loop over an array of actions cannot be, and is about three times slower.
 */
export function generateExpand(model: Model): Expand {
  const { actions, workspace } = model;
  const body = actions.map((action, index) =>
    loopsOver(
      action,
      `guard${index}`,
      `effect${index}`,
      (instance) => `visit(${firstStepOf(actions, index)} + ${instance});`,
    ),
  );
  const names = actions.flatMap((_, index) => [`guard${index}`, `effect${index}`]);
  const functions = actions.flatMap((action) => [action.guard, action.effect]);
  const source = `return function expand(visit) {\n${body.join("\n")}\n};`;
  return new Function("workspace", ...names, source)(workspace, ...functions) as Expand;
}

/** Steps are numbered through all actions and parameter values, in the order in which they are declared. */
export function actionInstanceOf(actions: readonly Action[], step: number): ActionInstance {
  let rest = step;
  for (const action of actions) {
    const count = instanceCount(action);
    if (rest < count) return { action: action.name, parameters: parametersOf(action, rest) };
    rest -= count;
  }
  throw new RangeError(`no action has step number ${step}`);
}

export const stepCount = (actions: readonly Action[]): number => firstStepOf(actions, actions.length);

const instanceCount = (action: Action): number =>
  Object.values(action.parameters).reduce((product, size) => product * size, 1);

const firstStepOf = (actions: readonly Action[], index: number): number =>
  actions.slice(0, index).reduce((sum, action) => sum + instanceCount(action), 0);

function parametersOf(action: Action, instance: number): Record<string, number> {
  const entries: [string, number][] = [];
  let rest = instance;
  for (const [name, size] of Object.entries(action.parameters).reverse()) {
    entries.unshift([name, rest % size]);
    rest = Math.floor(rest / size);
  }
  return Object.fromEntries(entries);
}

/**
 * Source of the loops over an action's parameters around one call each of its guard and effect, which go by the given names.
 * `visit` writes what is done with a successor, given the expression that counts the action's instances from 0.
 */
function loopsOver(action: Action, guard: string, effect: string, visit: (instance: string) => string): string {
  const sizes = Object.values(action.parameters);
  const names = sizes.map((_, parameter) => `p${parameter}`);
  const loops = sizes.map((size, parameter) => `for (let p${parameter} = 0; p${parameter} < ${size}; p${parameter}++)`);
  const instance = names.reduce((number, name, parameter) => `(${number}) * ${sizes[parameter]} + ${name}`, "0");
  const call = names.join(", ");
  return `${loops.join(" ")} if (${guard}(${call})) {
    ${effect}(${call});
    ${visit(instance)}
    workspace.undo();
  }`;
}
