/** What variables are over and actions range over: servers, ballots, slots, clients, each with its name. */
import { Misuse, ModelError, shown } from "../kernel/index.js";

/** How its members are called, and whether they can be told apart. */
export interface IndexSetOptions {
  /** What the members are called; left out, by the set's first letter and their number: `S0`, `S1`. */
  readonly names?: readonly string[];
  /** What comes before their numbers instead of that letter. */
  readonly prefix?: string;
  /** Whether nothing tells the members apart but their names: guards and effects never ask which one is less. */
  readonly symmetric?: boolean;
}

/** A finite set whose members are 0 to size - 1 in code, and have names for people. */
export class IndexSet {
  readonly name: string;
  readonly size: number;
  readonly symmetric: boolean;
  readonly names: readonly string[];
  /** All of them, ascending. */
  readonly members: readonly number[];
  readonly #subsets = new Map<number, readonly (readonly number[])[]>();

  constructor(name: string, size: number, { names, prefix, symmetric = false }: IndexSetOptions) {
    const refuse = (sentence: string): never => {
      throw new ModelError(name, "an index set", sentence, true);
    };
    if (!Number.isInteger(size) || size < 1) refuse(`it has a whole number of members, 1 at least, not ${shown(size)}`);
    if (names !== undefined && names.length !== size) refuse(`it has ${size} members and ${names.length} names`);
    this.name = name;
    this.size = size;
    this.symmetric = symmetric;
    this.members = Array.from({ length: size }, (_, member) => member);
    this.names = names ?? this.members.map((member) => `${prefix ?? name.slice(0, 1).toUpperCase()}${member}`);
    if (new Set(this.names).size < size) refuse(`two of its members are called alike: ${this.names.join(", ")}`);
  }

  /** Whether this is one of its members. */
  has(member: number): boolean {
    return member >>> 0 === member && member < this.size;
  }

  /** What people call it. Throws for what is no member. */
  nameOf(member: number): string {
    return this.names[member] ?? this.refuse(member);
  }

  /** Throws: whoever runs the closure at fault says which one it is. */
  refuse(member: unknown): never {
    throw new Misuse(
      `there is no ${this.name} ${shown(member)}; the members are 0 to ${this.size - 1}: ${this.names.join(", ")}`,
    );
  }

  /** Whether all members are such. */
  every(holds: (member: number) => boolean): boolean {
    for (let member = 0; member < this.size; member++) if (!holds(member)) return false;
    return true;
  }

  /** Whether one member is such, at least. */
  some(holds: (member: number) => boolean): boolean {
    for (let member = 0; member < this.size; member++) if (holds(member)) return true;
    return false;
  }

  /** Whether this number of them, or more, do. */
  atLeast(count: number, holds: (member: number) => boolean): boolean {
    let missing = count;
    for (let member = 0; member < this.size && missing > 0; member++) if (holds(member)) missing--;
    return missing <= 0;
  }

  /** A majority of them does. */
  majority(holds: (member: number) => boolean): boolean {
    return this.atLeast(this.majoritySize, holds);
  }

  get majoritySize(): number {
    return Math.floor(this.size / 2) + 1;
  }

  /** The members that are such, ascending. */
  filter(holds: (member: number) => boolean): number[] {
    return this.members.filter(holds);
  }

  /** All sets of this number of members, each ascending. */
  subsets(size: number): readonly (readonly number[])[] {
    const known = this.#subsets.get(size) ?? combinations(this.members, size);
    this.#subsets.set(size, known);
    return known;
  }

  /** Whether some set of this number of members is such. */
  someSubset(size: number, holds: (members: readonly number[]) => boolean): boolean {
    return this.subsets(size).some(holds);
  }
}

/** A set of `size` members. Throws ModelError for none, or for names that do not fit. */
export const indexSet = (name: string, size: number, options: IndexSetOptions = {}): IndexSet =>
  new IndexSet(name, size, options);

/** Whole numbers from 0 up to below `count`, called by themselves. */
export const numbers = (name: string, count: number): IndexSet => indexSet(name, count, { prefix: "" });

/** Values that clients propose: A, B, C, …, alike but for their names. */
export const values = (count: number): IndexSet =>
  indexSet("value", count, {
    symmetric: true,
    names: Array.from({ length: count }, (_, value) => String.fromCharCode("A".charCodeAt(0) + value)),
  });

/** The sets of members of another index set, as members: for steps that reach some of them. */
export class PowerSet extends IndexSet {
  readonly of: IndexSet;
  /** By member: the members of the other set that are in it. */
  readonly contents: readonly (readonly number[])[];

  constructor(of: IndexSet, contents: readonly (readonly number[])[]) {
    const names = contents.map((members) => `{${members.map((member) => of.nameOf(member)).join(", ")}}`);
    super(`set of ${of.name}s`, contents.length, { names });
    this.of = of;
    this.contents = contents;
  }

  /** Whether the set that is member `set` holds this member of the other. */
  holds(set: number, member: number): boolean {
    return (this.contents[set] ?? this.refuse(set)).includes(member);
  }
}

/** All sets of this number of members, 0 to all unless it is said. */
export const powerSet = (of: IndexSet, least = 0, most = of.size): PowerSet =>
  new PowerSet(of, Array.from({ length: most - least + 1 }, (_, more) => of.subsets(least + more)).flat());

function combinations(items: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, index) => combinations(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]));
}
