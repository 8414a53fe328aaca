/**
 * A model in the words of its paper, on top of `defineModel`: variables over named index sets with domains that mean
 * something, actions that tell each step as a sentence, a state drawn as a table, and the symmetry that follows.
 */
import {
  type ActionDeclaration,
  actionInstanceOf,
  defineModel,
  type Guard,
  type Model,
  type ModelDescriptor,
  type PropertyDeclaration,
  type Symmetry,
} from "../kernel/index.js";
import type { IndexSet } from "./index-set.js";
import { drawn, type Picture, type PictureShape } from "./picture.js";
import { DeclaredSymmetry } from "./symmetry/declared-symmetry.js";
import {
  type Accessors,
  BoundVariable,
  type Declarations,
  kernelShapes,
  nameOfPlace,
  type Phase,
  refuseVariableNames,
} from "./variable.js";

/**
 * Index sets by name. None is undefined: but where actions with and without a parameter stand in one list, TypeScript
 * takes it for one that may be, unless it is told of `exactOptionalPropertyTypes`.
 */
export type ParameterSets = Readonly<Record<string, IndexSet | undefined>>;

/** Something that can happen, told as a sentence. */
export interface WordedAction {
  readonly name: string;
  /** What its steps range over, in the order in which guard, effect and words receive the members. */
  readonly parameters: ParameterSets;
  /** In a list all must hold; each may take fewer of the parameters, and is then asked first. */
  readonly guard: Guard | readonly Guard[];
  /** Makes the state after the step of the one before it. */
  readonly effect: (...members: number[]) => void;
  /** The step as a sentence, without a full stop, given the members' names. It may ask the state before the step. */
  readonly says: (...names: string[]) => string;
  /**
   * What a run owes the action: never to leave it possible for ever (weak), or possible again and again (strong),
   * untaken.
   */
  readonly fairness?: "weak" | "strong";
}

/** What ought to hold in every reachable state: as a predicate, or by what would be wrong. */
export type WordedProperty = {
  readonly name: string;
  /** Where the property has something to say; left out, everywhere. */
  readonly premise?: () => boolean;
} & (
  | {
      /** Asked of the state at work. */
      readonly holds: () => boolean;
    }
  | { readonly parameters: Readonly<Record<string, IndexSet>>; readonly fails: readonly Guard[] }
);

/** About a state and its successor: what is noted in the one is compared with the other. */
export interface TransitionProperty<Note extends string | number = string | number> {
  readonly name: string;
  /** Asked in the state before the step. */
  readonly note: () => Note;
  /** Asked in the successor. */
  readonly holds: (before: Note) => boolean;
  /** Where it has something to say, by the note; left out, everywhere. */
  readonly premise?: (before: Note) => boolean;
}

/** What a model in words is made of. */
export interface WordedDeclaration<D extends Declarations> {
  readonly name: string;
  readonly variables: D;
  /** Sets what is not the first of its contents initially. */
  readonly initially?: (variables: Accessors<D>) => void;
  /** In the order in which their steps are numbered. */
  readonly actions: (variables: Accessors<D>) => readonly WordedAction[];
  /** Of states. */
  readonly properties?: (variables: Accessors<D>) => readonly WordedProperty[];
  /** Of a state and the next one. */
  readonly transitions?: (variables: Accessors<D>) => readonly TransitionProperty[];
  readonly picture: PictureShape;
}

/** A change that a step makes, as people read it. */
export interface Change {
  readonly place: string;
  readonly before: string;
  readonly after: string;
}

/** A model that tells its steps as sentences and draws its states. */
export class WordedModel<D extends Declarations = Declarations> {
  readonly variables: Accessors<D>;
  readonly actions: readonly WordedAction[];
  readonly transitions: readonly TransitionProperty[];
  #model: Model;
  readonly #bound: readonly BoundVariable[];
  readonly #shape: PictureShape;
  #symmetry: DeclaredSymmetry | null = null;

  constructor(declaration: WordedDeclaration<D>) {
    const { name, variables } = declaration;
    refuseVariableNames(name, variables);
    const phase: Phase = { isGuard: false };
    const shapes = Object.fromEntries(Object.entries(variables).flatMap(([key, own]) => kernelShapes(key, own)));
    let bound: readonly BoundVariable[] | null = null;
    const bind = (kernel: Model["variables"]): Accessors<D> => {
      bound ??= Object.entries(variables).map(([key, own]) => new BoundVariable(key, own, kernel, phase));
      return Object.fromEntries(bound.map((one) => [one.name, one.accessor])) as Accessors<D>;
    };
    const hasAuxiliary = Object.values(variables).some(({ isAuxiliary }) => isAuxiliary);
    let actions: readonly WordedAction[] = [];
    this.#model = defineModel({
      name,
      variables: shapes,
      initially: (kernel) => declaration.initially?.(bind(kernel)),
      actions: (kernel) => {
        actions = declaration.actions(bind(kernel));
        return actions.map((action) => kernelAction(action, hasAuxiliary ? phase : null));
      },
      properties: (kernel) => (declaration.properties?.(bind(kernel)) ?? []).map(kernelProperty),
    });
    this.actions = actions;
    this.variables = bind(this.#model.variables);
    this.#bound = bound!;
    this.transitions = declaration.transitions?.(this.variables) ?? [];
    this.#shape = declaration.picture;
  }

  get model(): Model {
    return this.#model;
  }

  /**
   * Says by what worker threads make the model again.
   *
   * @internal
   */
  describe(descriptor: ModelDescriptor): void {
    this.#model = { ...this.#model, descriptor };
  }

  /** The step as a sentence; the state before it must be the one at work. */
  sentenceOf(step: number): string {
    const { action, parameters } = actionInstanceOf(this.model.actions, step);
    const worded = this.actions.find(({ name }) => name === action)!;
    const names = Object.entries(worded.parameters).map(([key, set]) => set!.nameOf(parameters[key]!));
    return worded.says(...names);
  }

  /** The state at work. */
  draw(): Picture {
    return drawn(this.#bound, this.#shape);
  }

  /** The state at work, place by place. */
  contents(): readonly { readonly place: string; readonly text: string }[] {
    return this.#bound.flatMap(({ name, declared, placed }) =>
      placed.map(({ members, place }) => ({ place: nameOfPlace(name, declared.sets, members), text: place.text() })),
    );
  }

  /**
   * Null if no index set that the variables are over or mention is symmetric, or none has two members.
   *
   * @internal
   */
  get symmetry(): Symmetry | null {
    this.#symmetry ??= new DeclaredSymmetry(
      this.#bound.map(({ declared }) => declared),
      this.model,
    );
    return this.#symmetry.isTrivial ? null : this.#symmetry;
  }
}

/** Throws ModelError, in one sentence, for whatever cannot be meant so. */
export const defineInWords = <D extends Declarations>(declaration: WordedDeclaration<D>): WordedModel<D> =>
  new WordedModel(declaration);

const sizesOf = (parameters: ParameterSets): Record<string, number> =>
  Object.fromEntries(Object.entries(parameters).map(([name, set]) => [name, set!.size]));

/** @param phase null where no variable is auxiliary, so that guards run as they are */
function kernelAction({ name, parameters, guard, effect }: WordedAction, phase: Phase | null): ActionDeclaration {
  const guards = typeof guard === "function" ? [guard] : guard;
  const watched = phase === null ? guard : guards.map((one) => inGuard(one, phase));
  return { name, parameters: sizesOf(parameters), guard: watched, effect };
}

function inGuard(guard: Guard, phase: Phase): Guard {
  const watched = (...members: number[]): boolean => {
    phase.isGuard = true;
    try {
      return guard(...members);
    } finally {
      phase.isGuard = false;
    }
  };
  // The kernel counts the parameters that a condition names.
  switch (guard.length) {
    case 0:
      return () => watched();
    case 1:
      return (a) => watched(a);
    case 2:
      return (a, b) => watched(a, b);
    case 3:
      return (a, b, c) => watched(a, b, c);
    default:
      return (a, b, c, d) => watched(a, b, c, d);
  }
}

const kernelProperty = (property: WordedProperty): PropertyDeclaration =>
  "holds" in property ? property : { ...property, parameters: sizesOf(property.parameters) };

/** What a step changed, from the contents before and after it. */
export function changesBetween(
  before: ReturnType<WordedModel["contents"]>,
  after: ReturnType<WordedModel["contents"]>,
): Change[] {
  return before.flatMap(({ place, text }, index) => {
    const now = after[index]!.text;
    return now === text ? [] : [{ place, before: text, after: now }];
  });
}
