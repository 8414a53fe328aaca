/**
 * A model whose closures refuse their own misuse: guards that write or return no truth, effects that return something,
 * variables of other models, and whatever closures throw. Who is at fault is told by name, with the parameters of the
 * step.
 *
 * The search runs on tables (successors.ts) and calls closures only to make and to extend them, so it does not feel
 * this.
 */
import { refuseNamesakes } from "./declaration-check.js";
import { type Guard, type Parameters, truth } from "./guard.js";
import { type Action, type Condition, type Model, madeWith, type Property } from "./model.js";
import { instanceName, Misuse, ModelError, shown } from "./model-error.js";
import { atWork } from "./workspace.js";

const known = new WeakMap<Model, Model>();

/** The same model, made once. */
export function checkedModel(model: Model): Model {
  const checked = known.get(model) ?? withCheckedClosures(model);
  known.set(model, checked);
  known.set(checked, checked);
  return checked;
}

function withCheckedClosures(model: Model): Model {
  refuseMismade(model);
  return {
    ...model,
    actions: model.actions.map((action) => checkedAction(model, action)),
    properties: model.properties.map((property) => checkedProperty(model, property)),
  };
}

function checkedAction(model: Model, action: Action): Action {
  const { name, parameters, guard } = action;
  const named = `of action ${JSON.stringify(name)}`;
  const names = Object.keys(parameters);
  return {
    ...action,
    guard: checkedGuard(model, `guard ${named}`, names, guard),
    conditions: checkedConditions(model, `guard ${named}`, parameters, action.conditions),
    effect: checked(model, `effect ${named}`, names, action.effect, nothing, false),
  };
}

function checkedProperty(model: Model, property: Property): Property {
  const { name, parameters, holds, premise } = property;
  const named = `property ${JSON.stringify(name)}`;
  return {
    ...property,
    holds: checkedGuard(model, named, [], holds),
    premise: premise && checkedGuard(model, `premise of ${named}`, [], premise),
    conditions: checkedConditions(model, named, parameters, property.conditions),
  };
}

/**
 * Refuses what can be wrong with a model that was made from another, and so never passed defineModel: names that do not
 * tell its parts apart, and closures that were replaced where what says the same in parts was not.
 */
export function refuseMismade({ name, actions, properties }: Model): void {
  refuseNamesakes(name, { actions, properties });
  const refuse = (where: string, what: string): never => {
    const sentence = `its ${what} was replaced and its conditions were not; use defineModel, or replace both`;
    throw new ModelError(name, where, sentence);
  };
  const isHalf = (whole: unknown, conditions: readonly Condition[]): boolean =>
    madeWith.has(conditions) && madeWith.get(conditions) !== whole;
  for (const action of actions) {
    if (isHalf(action.guard, action.conditions)) refuse(`action ${JSON.stringify(action.name)}`, "guard");
  }
  for (const property of properties) {
    if (isHalf(property.holds, property.conditions)) refuse(`property ${JSON.stringify(property.name)}`, "predicate");
  }
}

const checkedConditions = (
  model: Model,
  where: string,
  parameters: Parameters,
  conditions: readonly Condition[],
): Condition[] =>
  conditions.map(({ holds, arity }) => ({
    holds: checkedGuard(model, where, Object.keys(parameters).slice(0, arity), holds),
    arity,
  }));

const checkedGuard = (model: Model, where: string, names: readonly string[], holds: Guard): Guard =>
  checked(model, where, names, holds, truth, true);

/** Throws if an effect returned an object or a promise: it writes, at once. */
export function nothing(answer: unknown): void {
  if (typeof answer !== "object" && typeof answer !== "function") return;
  throw new Misuse(`it returns ${shown(answer)}; an effect writes variables with set, at once, and returns nothing`);
}

/** The closure gets the named parameters, and no others. `check` is given what it returns, and its answer returned. */
function checked<Answer>(
  { name, workspace }: Model,
  where: string,
  names: readonly string[],
  closure: (...parameters: number[]) => unknown,
  check: (answer: unknown) => Answer,
  isReadOnly: boolean,
): (...parameters: number[]) => Answer {
  const refuse = (error: unknown, parameters: readonly unknown[]) => refusal(name, where, names, parameters, error);
  const make = makers.get(names.length) ?? makerFor(names.length);
  makers.set(names.length, make);
  return make(atWork, workspace, closure, check, isReadOnly, refuse) as (...parameters: number[]) => Answer;
}

/** By the number of parameters: lists of them, made anew for each call, would take longer than most closures do. */
const makers = new Map<number, (...around: unknown[]) => unknown>();

function makerFor(count: number): (...around: unknown[]) => unknown {
  const parameters = Array.from({ length: count }, (_, index) => `p${index}`).join(", ");
  const source = `return (${parameters}) => {
    const before = atWork.workspace;
    const wasReadOnly = workspace.isReadOnly;
    atWork.workspace = workspace;
    workspace.isReadOnly = isReadOnly;
    try {
      return check(closure(${parameters}));
    } catch (error) {
      throw refuse(error, [${parameters}]);
    } finally {
      atWork.workspace = before;
      workspace.isReadOnly = wasReadOnly;
    }
  };`;
  return new Function("atWork", "workspace", "closure", "check", "isReadOnly", "refuse", source) as ReturnType<
    typeof makerFor
  >;
}

/** What went wrong in a closure, as a sentence about the model. */
export function refusal(
  model: string,
  where: string,
  names: readonly string[],
  parameters: readonly unknown[],
  error: unknown,
): ModelError {
  if (error instanceof ModelError) return error;
  const place = `${where}${instanceName(names.map((name, index) => [name, parameters[index]] as const))}`;
  if (error instanceof Misuse) return new ModelError(model, place, error.message, error.isCertain);
  const what = error instanceof Error ? error.message : shown(error);
  return new ModelError(model, place, `it throws: ${what}`, false, { cause: error });
}
