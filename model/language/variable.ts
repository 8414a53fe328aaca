/** Variables over index sets: declared by the domain of their contents, read and written by their members. */
import {
  Misuse,
  type ModelDeclaration,
  ModelError,
  shown,
  type Variable,
  type VariableShape,
} from "../kernel/index.js";
import type { Domain, Leaf } from "./domain.js";
import type { IndexSet } from "./index-set.js";
import { Cell, type Place } from "./place.js";

/** A variable as it is declared. */
export interface Declared<At = unknown> {
  readonly sets: readonly IndexSet[];
  // biome-ignore lint/suspicious/noExplicitAny: what it holds is known where it is declared
  readonly domain: Domain<any, any>;
  readonly isAuxiliary: boolean;
  readonly at?: At;
}

/** The place for these members, one of each index set that the variable is over. */
export type Accessor<At> = (...members: number[]) => At;

/** Variables by name. */
// biome-ignore lint/suspicious/noExplicitAny: of any contents
export type Declarations = Readonly<Record<string, Declared<any>>>;
/** Of all variables, by name. */
export type Accessors<D extends Declarations> = {
  readonly [Name in keyof D]: D[Name] extends Declared<infer At> ? Accessor<At> : never;
};

/** One content for each combination of members of these index sets. */
export const over = <Content, At extends Place<Content>>(
  sets: readonly IndexSet[],
  domain: Domain<Content, At>,
): Declared<At> => ({ sets, domain, isAuxiliary: false });

/** One content. */
export const single = <Content, At extends Place<Content>>(domain: Domain<Content, At>): Declared<At> =>
  over([], domain);

/** Kept for properties to ask about what was: effects write it, and no guard may ask for it. */
export const auxiliary = <At>(declared: Declared<At>): Declared<At> => ({
  ...declared,
  isAuxiliary: true,
});

/** A variable's place with the members that it is for. */
export interface Placed {
  readonly members: readonly number[];
  readonly place: Place<unknown>;
}

/** What runs, so that guards that ask for auxiliary variables can be refused. */
export interface Phase {
  isGuard: boolean;
}

/** The kernel's variables that a variable takes: one for each cell of its content. */
export function kernelShapes(name: string, { sets, domain }: Declared): [string, VariableShape][] {
  const size = sets.reduce((product, set) => product * set.size, 1);
  return domain.leaves.map((leaf) => [cellVariable(name, leaf), { shape: [size], domain: leaf.contents }]);
}

export const cellVariable = (name: string, leaf: Leaf): string => `${name}${leaf.path}`;

/** All combinations of members, the last index set's the fastest. */
export const combinationsOf = (sets: readonly IndexSet[]): number[][] =>
  sets.reduce<number[][]>((all, set) => all.flatMap((some) => set.members.map((member) => [...some, member])), [[]]);

export const nameOfPlace = (name: string, sets: readonly IndexSet[], members: readonly number[]): string =>
  members.length === 0 ? name : `${name}[${members.map((member, index) => sets[index]!.nameOf(member)).join(", ")}]`;

type KernelVariables = Parameters<NonNullable<ModelDeclaration<string>["initially"]>>[0];

export class BoundVariable {
  readonly name: string;
  readonly declared: Declared;
  readonly placed: readonly Placed[];
  readonly accessor: Accessor<Place<unknown>>;

  constructor(name: string, declared: Declared, variables: KernelVariables, phase: Phase) {
    const { sets, domain, isAuxiliary } = declared;
    this.name = name;
    this.declared = declared;
    const parts: Variable[] = domain.leaves.map((leaf) => variables[cellVariable(name, leaf)]!);
    this.placed = combinationsOf(sets).map((members, row) => {
      const called = nameOfPlace(name, sets, members);
      const cells = parts.map((part, index) => new Cell(part, row, 0, null, `${called}${domain.leaves[index]!.path}`));
      return { members, place: domain.placeAt(cells) as Place<unknown> };
    });
    const places = this.placed.map(({ place }) => place);
    const plain = accessorOf(name, sets, places);
    this.accessor = isAuxiliary ? unlessInGuard(name, plain, phase) : plain;
  }
}

/**
 * By the number of index sets: most variables have few, and lists of members would take longer than the look-up does.
 */
function accessorOf<At>(name: string, sets: readonly IndexSet[], places: readonly At[]): Accessor<At> {
  const refuse = (members: readonly unknown[]): never => refuseMembers(name, sets, members);
  const [first, second, third] = sets;
  switch (sets.length) {
    case 0:
      return (...members) => (members.length === 0 ? places[0]! : refuse(members));
    case 1:
      return (a, ...rest) => (rest.length === 0 && first!.has(a!) ? places[a!]! : refuse([a, ...rest]));
    case 2:
      return (a, b, ...rest) =>
        rest.length === 0 && first!.has(a!) && second!.has(b!)
          ? places[a! * second!.size + b!]!
          : refuse([a, b, ...rest]);
    case 3:
      return (a, b, c, ...rest) =>
        rest.length === 0 && first!.has(a!) && second!.has(b!) && third!.has(c!)
          ? places[(a! * second!.size + b!) * third!.size + c!]!
          : refuse([a, b, c, ...rest]);
    default:
      return (...members) =>
        members.length === sets.length && sets.every((set, index) => set.has(members[index]!))
          ? places[sets.reduce((row, set, index) => row * set.size + members[index]!, 0)]!
          : refuse(members);
  }
}

function refuseMembers(name: string, sets: readonly IndexSet[], members: readonly unknown[]): never {
  const given = members.filter((member) => member !== undefined);
  if (given.length !== sets.length) {
    const taken = sets.length === 0 ? "no members" : `a ${sets.map((set) => set.name).join(", a ")}`;
    throw new Misuse(
      `${name} takes ${taken}, and is given ${given.length === 0 ? "nothing" : given.map(shown).join(", ")}`,
    );
  }
  const wrong = sets.findIndex((set, index) => !set.has(members[index] as number));
  return sets[wrong]!.refuse(members[wrong]);
}

const unlessInGuard =
  <At>(name: string, accessor: Accessor<At>, phase: Phase): Accessor<At> =>
  (...members) => {
    if (phase.isGuard)
      throw new Misuse(`it asks for ${name}, which is auxiliary: only effects and properties may`, true);
    return accessor(...members);
  };

/** Throws ModelError for names that the kernel's variables could not be told apart by. */
export function refuseVariableNames(model: string, declarations: Declarations): void {
  const names = Object.entries(declarations).flatMap(([name, declared]) =>
    declared.domain.leaves.map((leaf: Leaf) => cellVariable(name, leaf)),
  );
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new ModelError(model, `variable ${twice}`, "two cells have this name", true);
}
