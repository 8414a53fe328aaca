/** Contents of several parts: a record, a subset of an index set, a sequence. */
import { Misuse, ModelError, shown } from "../kernel/index.js";
import { type Domain, type Leaf, noneOr, type Optional } from "./domain.js";
import type { IndexSet } from "./index-set.js";
import type { Cell, Place } from "./place.js";

/** Whatever it holds. */
// biome-ignore lint/suspicious/noExplicitAny: a field may have any domain; what it holds is known to the compiler
export type AnyDomain = Domain<any, any>;
/** The domains of a record, by field. */
export type Fields = Readonly<Record<string, AnyDomain>>;
/** What a domain holds. */
export type ContentOf<D> = D extends Domain<infer Content, infer _> ? Content : never;
/** Where a domain is. */
export type PlaceOf<D> = D extends Domain<infer _, infer At> ? At : never;

/** The contents of a record, by field. */
export type RecordContent<F extends Fields> = { readonly [Name in keyof F]: ContentOf<F[Name]> };
/** A record whose fields are places themselves. */
export type RecordPlace<F extends Fields> = Place<RecordContent<F>> & { readonly [Name in keyof F]: PlaceOf<F[Name]> };

const RESERVED = ["get", "is", "set", "text", "isNone"];

const prefixed = (path: string, leaves: readonly Leaf[]): Leaf[] =>
  leaves.map((leaf) => ({ ...leaf, path: `${path}${leaf.path}` }));

/** Fields by their names, each a place of its own: `accepted(s).ballot.is(b)`. */
export function record<F extends Fields>(fields: F): Domain<RecordContent<F>, RecordPlace<F>> {
  const names = Object.keys(fields) as (keyof F & string)[];
  const reserved = names.find((name) => RESERVED.includes(name));
  if (reserved !== undefined) throw new ModelError("record", null, `a field cannot be called ${shown(reserved)}`);
  if (names.length === 0) throw new ModelError("record", null, "it has no fields, and needs one at least");
  const ends = names.map((_, index) => names.slice(0, index + 1).reduce((sum, n) => sum + fields[n]!.leaves.length, 0));
  const cellsOf = (cells: readonly Cell[], index: number) => cells.slice(ends[index - 1] ?? 0, ends[index]);
  return {
    leaves: names.flatMap((name) => prefixed(`.${name}`, fields[name]!.leaves)),
    placeAt: (cells) => {
      const places = names.map((name, index) => [name, fields[name]!.placeAt(cellsOf(cells, index))] as const);
      const set = (content: RecordContent<F>) => {
        for (const [name, place] of places) place.set(content[name]);
      };
      return {
        ...Object.fromEntries(places),
        get: () => Object.fromEntries(places.map(([name, place]) => [name, place.get()])),
        is: (content: RecordContent<F>) => places.every(([name, place]) => place.is(content[name])),
        set,
        text: () => places.map(([, place]) => place.text()).join(" "),
      } as RecordPlace<F>;
    },
    write: (cells, content) => {
      for (const [index, name] of names.entries()) fields[name]!.write(cellsOf(cells, index), content[name]);
    },
  };
}

/** Where a subset is. */
export interface SubsetPlace extends Place<readonly number[]> {
  /** Whether the member is in it. */
  has(member: number): boolean;
  /** Puts the member in, if it is not. */
  add(member: number): void;
  /** Takes the member out, if it is in. */
  remove(member: number): void;
  /** Whether no member is in it. */
  isEmpty(): boolean;
  /** Whether each of its members is such. */
  every(holds: (member: number) => boolean): boolean;
}

/** Some of the members of an index set; none of them to begin with. */
export function subsetOf(set: IndexSet): Domain<readonly number[], SubsetPlace> {
  const leaf = { contents: 2, refersTo: null, absences: 0 };
  return {
    leaves: set.members.map((member) => ({ ...leaf, path: `.${set.nameOf(member)}`, tellsOf: { set, member } })),
    placeAt: (cells) => new Subset(set, cells),
    write: (cells, content) => {
      content.find((member) => !set.has(member) && set.refuse(member));
      for (const [member, cell] of cells.entries()) cell.write(content.includes(member) ? 1 : 0);
    },
  };
}

class Subset implements SubsetPlace {
  readonly #set: IndexSet;
  readonly #cells: readonly Cell[];

  constructor(set: IndexSet, cells: readonly Cell[]) {
    this.#set = set;
    this.#cells = cells;
  }

  has(member: number): boolean {
    return this.#cellOf(member).is(1);
  }

  add(member: number): void {
    this.#cellOf(member).set(1);
  }

  remove(member: number): void {
    this.#cellOf(member).set(0);
  }

  isEmpty(): boolean {
    return !this.#cells.some((cell) => cell.is(1));
  }

  every(holds: (member: number) => boolean): boolean {
    return this.#cells.every((cell, member) => !cell.is(1) || holds(member));
  }

  get(): readonly number[] {
    return this.#set.filter((member) => this.has(member));
  }

  is(content: readonly number[]): boolean {
    return this.#cells.every((cell, member) => cell.is(content.includes(member) ? 1 : 0));
  }

  set(content: readonly number[]): void {
    for (const member of content) this.#cellOf(member);
    for (const [member, cell] of this.#cells.entries()) cell.set(content.includes(member) ? 1 : 0);
  }

  text(): string {
    return `{${this.get()
      .map((member) => this.#set.nameOf(member))
      .join(",")}}`;
  }

  #cellOf(member: number): Cell {
    return this.#cells[member] ?? this.#set.refuse(member);
  }
}

/** Where a sequence is. */
export interface SequencePlace<Content, At extends Place<Content>> extends Place<readonly Content[]> {
  /** How many items there are. */
  length(): number;
  /** Whether there is an item of this number, from 0. */
  has(index: number): boolean;
  /** Whether it has as many items as it may. */
  isFull(): boolean;
  /** None where there is no such item. */
  item(index: number): Optional<Content, At>;
  /** Puts the content behind the last item. Throws where it is full. */
  append(content: Content): void;
  /** Keeps this number of items, the first ones, and all if there are fewer. */
  truncate(length: number): void;
}

/** Up to `most` items, one after another; none to begin with. */
export function sequenceOf<Content, At extends Place<Content>>(
  domain: Domain<Content, At>,
  most: number,
): Domain<readonly Content[], SequencePlace<Content, At>> {
  const item = noneOr(domain);
  const size = item.leaves.length;
  const cellsOf = (cells: readonly Cell[], index: number) => cells.slice(index * size, (index + 1) * size);
  const indices = Array.from({ length: most }, (_, index) => index);
  return {
    leaves: indices.flatMap((index) => prefixed(`[${index}]`, item.leaves)),
    placeAt: (cells) => new Sequence(indices.map((index) => item.placeAt(cellsOf(cells, index)))),
    write: (cells, content) => {
      for (const index of indices) item.write(cellsOf(cells, index), content[index] ?? null);
    },
  };
}

class Sequence<Content, At extends Place<Content>> implements SequencePlace<Content, At> {
  readonly #items: readonly Optional<Content, At>[];

  constructor(items: readonly Optional<Content, At>[]) {
    this.#items = items;
  }

  length(): number {
    const end = this.#items.findIndex((item) => item.isNone());
    return end < 0 ? this.#items.length : end;
  }

  has(index: number): boolean {
    return index < this.#items.length && !this.item(index).isNone();
  }

  isFull(): boolean {
    return !this.#items.at(-1)!.isNone();
  }

  item(index: number): Optional<Content, At> {
    const item = this.#items[index];
    if (item !== undefined) return item;
    throw new Misuse(`a sequence has items 0 to ${this.#items.length - 1}, and no item ${shown(index)}`);
  }

  append(content: Content): void {
    const end = this.length();
    if (end === this.#items.length) throw new Misuse(`a sequence is full with ${end} items: nothing can be appended`);
    this.#items[end]!.set(content);
  }

  truncate(length: number): void {
    if (!Number.isInteger(length) || length < 0) {
      throw new Misuse(`a sequence is truncated to a whole number of items, not ${shown(length)}`);
    }
    for (const item of this.#items.slice(length)) item.set(null);
  }

  get(): readonly Content[] {
    return this.#items.slice(0, this.length()).map((item) => item.get() as Content);
  }

  is(content: readonly Content[]): boolean {
    return this.#items.every((item, index) => item.is(content[index] ?? null));
  }

  set(content: readonly Content[]): void {
    if (content.length > this.#items.length) {
      throw new Misuse(`a sequence has ${this.#items.length} items at most, not ${content.length}`);
    }
    for (const [index, item] of this.#items.entries()) item.set(content[index] ?? null);
  }

  text(): string {
    return this.length() === 0
      ? "-"
      : this.#items
          .slice(0, this.length())
          .map((item) => item.text())
          .join(" | ");
  }
}
