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
    return this.#cells[this.#firstCell + row * this.#columns + column]!;
  }

  /** To be called in effects only. */
  set(content: number, row = 0, column = 0): void {
    this.#workspace.write(this.#firstCell + row * this.#columns + column, content);
  }
}

/** Parameter name → how many values it takes, counted from 0; in the order in which guard and effect receive them. */
export type Parameters = Readonly<Record<string, number>>;

export interface Action {
  readonly name: string;
  readonly parameters: Parameters;
  /** Whether the action can happen in the current state. Must not change anything. */
  readonly guard: (...parameters: number[]) => boolean;
  readonly effect: (...parameters: number[]) => void;
}

/** A predicate that ought to hold in every reachable state. */
export interface Property {
  readonly name: string;
  readonly holds: () => boolean;
}

export interface Model<Names extends string = string> {
  readonly name: string;
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
  readonly variables: Readonly<Record<Names, VariableShape>>;
  /** Sets what is not 0 initially. */
  readonly initially?: (variables: Readonly<Record<Names, Variable>>) => void;
  readonly actions: (variables: Readonly<Record<Names, Variable>>) => readonly Action[];
  readonly properties: (variables: Readonly<Record<Names, Variable>>) => readonly Property[];
}

export function defineModel<Names extends string>(declaration: ModelDeclaration<Names>): Model<Names> {
  const domains: number[] = [];
  const places: [name: Names, firstCell: number, columns: number][] = [];
  for (const name of Object.keys(declaration.variables) as Names[]) {
    const { shape, domain } = declaration.variables[name];
    const [rows = 1, columns = 1] = shape;
    places.push([name, domains.length, columns]);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        domains.push(typeof domain === "number" ? domain : domain(row, column));
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
    variables,
    actions: declaration.actions(variables),
    properties: declaration.properties(variables),
    initial: workspace.words.slice(),
    workspace,
  };
}
