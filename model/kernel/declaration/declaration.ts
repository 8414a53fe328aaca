/** What a model is declared with. */
import type { Guard, Parameters } from "./guard.js";
import type { Shape, Variable } from "./variable.js";

/** A variable's declaration: its shape, and the size of each content's domain. */
export interface VariableShape {
  readonly shape: Shape;
  /** How many contents there are; may differ from place to place. */
  readonly domain: number | ((row: number, column: number) => number);
}

export interface ActionDeclaration {
  readonly name: string;
  readonly parameters: Parameters;
  /**
   * When the action can happen. In a list all must hold, and each may name fewer of the parameters (the first one, the
   * first two, ..): it is then asked before values of the others are tried, which saves trying them where it fails.
   */
  readonly guard: Guard | readonly Guard[];
  /** Makes the state after the step of the one before it. */
  readonly effect: (...parameters: number[]) => void;
  /**
   * Whether a step of this action that can happen still can after any other step that writes none of the cells that it
   * would write itself. This is about guards; what effects ask and write the kernel finds out. It believes what is
   * declared, and then leaves out repeats (independence.ts); if it is not true, states are missed. Left out: not known.
   */
  readonly persistent?: boolean;
}

/** What ought to hold in every reachable state: as a predicate, or by what would be wrong. */
export type PropertyDeclaration = {
  readonly name: string;
  /**
   * Where the property has something to say: `a value is decided`, for agreement. A property whose premise holds in no
   * reachable state is true of nothing, and is reported as vacuous.
   */
  readonly premise?: () => boolean;
} & (
  | {
      /** Asked of the state at work. */
      readonly holds: () => boolean;
    }
  | {
      readonly parameters: Parameters;
      /** The property fails iff for some values of the parameters all of these hold. Asked as in an action's guard. */
      readonly fails: readonly Guard[];
    }
);

/** How a worker thread can make the same model again: its name in model/registry.ts and what its factory is given. */
export interface ModelDescriptor {
  readonly model: string;
  /** Plain data: it is cloned to the worker. */
  readonly config: unknown;
}

export interface ModelDeclaration<Names extends string> {
  readonly name: string;
  /** @internal */
  readonly descriptor?: ModelDescriptor;
  readonly variables: Readonly<Record<Names, VariableShape>>;
  /** Sets what is not 0 initially. */
  readonly initially?: (variables: Readonly<Record<Names, Variable>>) => void;
  /** In the order in which their steps are numbered. */
  readonly actions: (variables: Readonly<Record<Names, Variable>>) => readonly ActionDeclaration[];
  /** In the order in which violations are told. */
  readonly properties: (variables: Readonly<Record<Names, Variable>>) => readonly PropertyDeclaration[];
}
