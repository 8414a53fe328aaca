/**
 * How a model is declared: variables over finite domains, actions (guard and effect, parametrised), properties.
 *
 * A model reads like the paper and knows nothing of packing. See `model/registers/registers.ts` for the one that
 * matters most, and `model/test/two-phase-commit.ts` for a small one.
 */
import type { ActionDeclaration, ModelDeclaration, ModelDescriptor, PropertyDeclaration } from "./declaration.js";
import { refuseMisdeclared, refuseMisdeclaredVariables } from "./declaration-check.js";
import { type Guard, type Parameters, truth } from "./guard.js";
import { Misuse, ModelError } from "./model-error.js";
import { Variable } from "./variable.js";
import { atWork, Workspace } from "./workspace.js";

export type { ActionDeclaration, ModelDescriptor, PropertyDeclaration, VariableShape } from "./declaration.js";
export { type Guard, instancesOf } from "./guard.js";

/** Part of a guard, or of what makes a property fail, with how many of the parameters it takes. */
export interface Condition {
  readonly holds: Guard;
  readonly arity: number;
}

export interface Action extends ActionDeclaration {
  /** All conditions as one. */
  readonly guard: Guard;
  readonly conditions: readonly Condition[];
}

export interface Property {
  readonly name: string;
  /** Asked of the state at work. */
  readonly holds: () => boolean;
  /** Null if none was declared. */
  readonly premise: (() => boolean) | null;
  readonly parameters: Parameters;
  /** The property fails iff all of them hold for some values of the parameters. */
  readonly conditions: readonly Condition[];
}

export interface Model<Names extends string = string> {
  readonly name: string;
  /**
   * Null for a model that is not in the registry: it is explored on one thread.
   *
   * @internal
   */
  readonly descriptor: ModelDescriptor | null;
  readonly variables: Readonly<Record<Names, Variable>>;
  readonly actions: readonly Action[];
  readonly properties: readonly Property[];
  /** The initial state, packed. */
  readonly initial: Int32Array;
  /**
   * The state at work: the kernel loads states into it, guards and effects read and write it.
   *
   * @internal
   */
  readonly workspace: Workspace;
}

/** One step of a run: an action with its parameters filled in. */
export interface ActionInstance {
  readonly action: string;
  readonly parameters: Readonly<Record<string, number>>;
}

/** Throws ModelError, in one sentence, for whatever cannot be meant so. */
export function defineModel<Names extends string>(declaration: ModelDeclaration<Names>): Model<Names> {
  const { name } = declaration;
  const domains = refuseMisdeclaredVariables(declaration);
  const workspace = new Workspace(domains.flat(), name);
  let firstCell = 0;
  const variables = Object.fromEntries(
    (Object.keys(declaration.variables) as Names[]).map((variable, index) => {
      const made = new Variable(workspace, variable, firstCell, declaration.variables[variable].shape);
      firstCell += domains[index]!.length;
      return [variable, made];
    }),
  ) as Record<Names, Variable>;
  const { initially = () => {} } = declaration;
  inDeclaration(workspace, "initially", () => initially(variables), true);
  workspace.commit();
  const parts = {
    actions: inDeclaration(workspace, "actions", () => declaration.actions(variables)),
    properties: inDeclaration(workspace, "properties", () => declaration.properties(variables)),
  };
  refuseMisdeclared(name, parts);
  return {
    name,
    descriptor: declaration.descriptor ?? null,
    variables,
    actions: parts.actions.map(withConditions),
    properties: parts.properties.map(withFailure),
    initial: workspace.words.slice(),
    workspace,
  };
}

/** Runs a function of a declaration; only `initially` writes. */
function inDeclaration<Part>(workspace: Workspace, key: string, build: () => Part, writes = false): Part {
  const before = atWork.workspace;
  atWork.workspace = workspace;
  workspace.isReadOnly = !writes;
  try {
    return build();
  } catch (error) {
    if (error instanceof Misuse) throw new ModelError(workspace.model, key, error.message);
    throw error;
  } finally {
    atWork.workspace = before;
    workspace.isReadOnly = false;
  }
}

/** The guard, or the predicate of a property, that each list of conditions was made with. */
export const madeWith = new WeakMap<readonly Condition[], unknown>();

function withConditions(declared: ActionDeclaration): Action {
  const { guard, parameters } = declared;
  const conditions =
    typeof guard === "function" ? [{ holds: guard, arity: Object.keys(parameters).length }] : conditionsOf(guard);
  const joined: Guard = typeof guard === "function" ? guard : (...values) => areMet(conditions, values);
  madeWith.set(conditions, joined);
  return { ...declared, guard: joined, conditions };
}

function withFailure(declared: PropertyDeclaration): Property {
  const { parameters, conditions } =
    "holds" in declared
      ? { parameters: {}, conditions: [{ holds: () => !truth(declared.holds()), arity: 0 }] }
      : { parameters: declared.parameters, conditions: conditionsOf(declared.fails) };
  const sizes = Object.values(parameters);
  const holds = (): boolean => !failsFor(sizes, conditions, []);
  madeWith.set(conditions, holds);
  return { name: declared.name, holds, premise: declared.premise ?? null, parameters, conditions };
}

const conditionsOf = (guards: readonly Guard[]): Condition[] => guards.map((holds) => ({ holds, arity: holds.length }));

/**
 * Whether for some values of the parameters, the first of which are these, all conditions hold that are not asked yet.
 */
function failsFor(sizes: readonly number[], conditions: readonly Condition[], values: readonly number[]): boolean {
  for (const { holds, arity } of conditions) if (arity === values.length && !truth(holds(...values))) return false;
  const size = sizes[values.length];
  if (size === undefined) return true;
  for (let value = 0; value < size; value++) if (failsFor(sizes, conditions, [...values, value])) return true;
  return false;
}

/** Each condition is asked with as many of the parameters as it takes. */
const areMet = (conditions: readonly Condition[], values: readonly number[]): boolean =>
  conditions.every(({ holds, arity }) => truth(holds(...values.slice(0, arity))));
