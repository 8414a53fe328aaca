/**
 * How a model is declared: variables over finite domains, actions (guard and effect, parametrised), properties.
 *
 * A model reads like the paper and knows nothing of packing. See `model/registers/registers.ts` for the one that matters
 * most, and `model/test/two-phase-commit.ts` for a small one.
 */
import { Workspace } from "./workspace.js";

/** A variable of the state: one content, or a row or a grid of them. Contents are whole numbers from 0 to the domain's size - 1. */
export class Variable {
  readonly #workspace: Workspace;
  readonly #cells: Int32Array;
  readonly #firstCell: number;
  readonly #columns: number;

  constructor(workspace: Workspace, firstCell: number, columns: number) {
    this.#workspace = workspace;
    this.#cells = workspace.cells;
    this.#firstCell = firstCell;
    this.#columns = columns;
  }

  /** The content in the current state: `at()` of a single one, `at(i)` of a row, `at(i, j)` of a grid. */
  at(row = 0, column = 0): number {
    const cell = this.#firstCell + row * this.#columns + column;
    const content = this.#cells[cell]!;
    // Cells are unknown only while the kernel traces guards and effects (trace.ts): a branch that is never taken otherwise.
    return content >= 0 ? content : this.#workspace.ask(cell);
  }

  /** The same as `at(row, column) === content`; guards that ask only what they need to know compile to shorter code. */
  is(content: number, row = 0, column = 0): boolean {
    const cell = this.#firstCell + row * this.#columns + column;
    const held = this.#cells[cell]!;
    return held >= 0 ? held === content : this.#workspace.askWhether(cell, content);
  }

  /**
   * A question about this variable that guards ask again and again; its answers are whole numbers from 0 to `answers` - 1. What
   * this returns means the same as `ask`; the kernel may look the answer up in the packed state, instead of asking for one content
   * after another.
   */
  question(answers: number, ask: (...parameters: number[]) => number): (...parameters: number[]) => number {
    const workspace = this.#workspace;
    const question = { answers, ask };
    return taking(ask.length, (...parameters) =>
      workspace.asksQuestions ? workspace.askQuestion(question, parameters) : ask(...parameters),
    );
  }

  /** A question to be answered with yes or no. */
  predicate(holds: Guard): Guard {
    const workspace = this.#workspace;
    const question = { answers: 2, ask: (...parameters: number[]) => Number(holds(...parameters)) };
    return taking(holds.length, (...parameters) =>
      workspace.asksQuestions ? workspace.askQuestion(question, parameters) === 1 : holds(...parameters),
    );
  }

  /** To be called in effects only. */
  set(content: number, row = 0, column = 0): void {
    this.#workspace.write(this.#firstCell + row * this.#columns + column, content);
  }
}

/** Parameter name → how many values it takes, counted from 0; in the order in which guard and effect receive them. */
export type Parameters = Readonly<Record<string, number>>;

/** Whether something holds in the current state. Must depend on nothing but the state and the parameters, and change nothing. */
export type Guard = (...parameters: number[]) => boolean;

export interface ActionDeclaration {
  readonly name: string;
  readonly parameters: Parameters;
  /**
   * When the action can happen. In a list all must hold, and each may name fewer of the parameters (the first one, the first
   * two, ..): it is then asked before values of the others are tried, which saves trying them where it fails.
   */
  readonly guard: Guard | readonly Guard[];
  readonly effect: (...parameters: number[]) => void;
  /**
   * Whether a step of this action that can happen still can after any other step that writes none of the cells that it would
   * write itself. This is about guards; what effects ask and write the kernel finds out. It believes what is declared, and then
   * leaves out repeats (independence.ts); if it is not true, states are missed. Left out: nobody knows.
   */
  readonly persistent?: boolean;
}

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

/** What ought to hold in every reachable state: as a predicate, or by what would be wrong. */
export type PropertyDeclaration =
  | { readonly name: string; readonly holds: () => boolean }
  | {
      readonly name: string;
      readonly parameters: Parameters;
      /** The property fails iff for some values of the parameters all of these hold. Asked as in an action's guard. */
      readonly fails: readonly Guard[];
    };

export interface Property {
  readonly name: string;
  readonly holds: () => boolean;
  readonly parameters: Parameters;
  /** The property fails iff all of them hold for some values of the parameters. */
  readonly conditions: readonly Condition[];
}

/** How a worker thread can make the same model again: its name in model/registry.ts and what its factory is given. */
export interface ModelDescriptor {
  readonly model: string;
  /** Plain data: it is cloned to the worker. */
  readonly config: unknown;
}

export interface Model<Names extends string = string> {
  readonly name: string;
  /** Null for a model that is not in the registry: it is explored on one thread. */
  readonly descriptor: ModelDescriptor | null;
  readonly variables: Readonly<Record<Names, Variable>>;
  readonly actions: readonly Action[];
  readonly properties: readonly Property[];
  /** The initial state, packed. */
  readonly initial: Int32Array;
  /** The state at work: the kernel loads states into it, guards and effects read and write it. */
  readonly workspace: Workspace;
}

/** One step of a run: an action with its parameters filled in. */
export interface ActionInstance {
  readonly action: string;
  readonly parameters: Readonly<Record<string, number>>;
}

/** A variable's declaration: its shape, and the size of each content's domain. */
export interface VariableShape {
  /** `[]` a single content, `[rows]` a row, `[rows, columns]` a grid. */
  readonly shape: readonly [] | readonly [number] | readonly [number, number];
  /** How many contents there are; may differ from place to place. */
  readonly domain: number | ((row: number, column: number) => number);
}

export interface ModelDeclaration<Names extends string> {
  readonly name: string;
  readonly descriptor?: ModelDescriptor;
  readonly variables: Readonly<Record<Names, VariableShape>>;
  /** Sets what is not 0 initially. */
  readonly initially?: (variables: Readonly<Record<Names, Variable>>) => void;
  readonly actions: (variables: Readonly<Record<Names, Variable>>) => readonly ActionDeclaration[];
  readonly properties: (variables: Readonly<Record<Names, Variable>>) => readonly PropertyDeclaration[];
}

/** Throws RangeError for a domain that is none. */
export function defineModel<Names extends string>(declaration: ModelDeclaration<Names>): Model<Names> {
  const domains: number[] = [];
  const places: [name: Names, firstCell: number, columns: number][] = [];
  for (const name of Object.keys(declaration.variables) as Names[]) {
    const { shape, domain } = declaration.variables[name];
    const [rows = 1, columns = 1] = shape;
    places.push([name, domains.length, columns]);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const contents = typeof domain === "number" ? domain : domain(row, column);
        if (!Number.isInteger(contents) || contents < 1) {
          throw new RangeError(
            `variable ${name} of model ${declaration.name}: a domain is a whole number of contents, not ${contents}`,
          );
        }
        domains.push(contents);
      }
    }
  }
  const workspace = new Workspace(domains);
  const variables = Object.fromEntries(
    places.map(([name, firstCell, columns]) => [name, new Variable(workspace, firstCell, columns)]),
  ) as Record<Names, Variable>;
  declaration.initially?.(variables);
  workspace.commit();
  return {
    name: declaration.name,
    descriptor: declaration.descriptor ?? null,
    variables,
    actions: declaration.actions(variables).map(withConditions),
    properties: declaration.properties(variables).map(withFailure),
    initial: workspace.words.slice(),
    workspace,
  };
}

/** The same, but that it takes so many parameters: by that a condition tells how many it is to be asked with. */
const taking = <Ask extends (...parameters: number[]) => unknown>(count: number, ask: Ask): Ask =>
  Object.defineProperty(ask, "length", { value: count });

function withConditions(declared: ActionDeclaration): Action {
  const { guard, parameters } = declared;
  if (typeof guard === "function") {
    return { ...declared, guard, conditions: [{ holds: guard, arity: Object.keys(parameters).length }] };
  }
  return {
    ...declared,
    guard: (...values) => guard.every((condition) => condition(...values)),
    conditions: conditionsOf(guard),
  };
}

function withFailure(declared: PropertyDeclaration): Property {
  if ("holds" in declared) {
    return { ...declared, parameters: {}, conditions: [{ holds: () => !declared.holds(), arity: 0 }] };
  }
  const { fails, parameters } = declared;
  const instances = instancesOf(Object.values(parameters));
  const holds = (): boolean => !instances.some((values) => fails.every((condition) => condition(...values)));
  return { ...declared, holds, conditions: conditionsOf(fails) };
}

const conditionsOf = (guards: readonly Guard[]): Condition[] => guards.map((holds) => ({ holds, arity: holds.length }));

/** All values of parameters that take so many. */
export const instancesOf = (sizes: readonly number[]): number[][] =>
  sizes.reduce<number[][]>(
    (instances, size) => instances.flatMap((values) => Array.from({ length: size }, (_, value) => [...values, value])),
    [[]],
  );
