/**
 * Where a content of the state is: what guards, effects and properties read and write.
 *
 * A content of several parts (a record, a subset, a sequence) takes a cell for each part, so that a guard that asks for
 * one part asks nothing of the others, and commands that touch different parts commute.
 */
import { Misuse, shown, type Variable } from "../kernel/index.js";

/**
 * One cell of the state. Contents below `base` stand for the absence of what this is part of, one for each `noneOr`
 * around it that the cell tells about.
 */
export class Cell {
  readonly variable: Variable;
  readonly row: number;
  readonly base: number;
  /** The first cell of what it is part of, if that may be none. */
  readonly owner: Cell | null;
  /** Where it is, for complaints: `accepted[S1].ballot`. */
  readonly name: string;

  constructor(variable: Variable, row: number, base: number, owner: Cell | null, name: string) {
    this.variable = variable;
    this.row = row;
    this.base = base;
    this.owner = owner;
    this.name = name;
  }

  is(content: number): boolean {
    return this.variable.is(this.base + content, this.row) && (this.#tellsAbsence || this.owner!.isPresent());
  }

  /** Less than 0 if what it is part of is none. */
  at(): number {
    if (!this.#tellsAbsence && !this.owner!.isPresent()) return -1;
    return this.variable.at(this.row) - this.base;
  }

  get #tellsAbsence(): boolean {
    return this.base > 0 || this.owner === null;
  }

  set(content: number): void {
    this.refuseIfAbsent();
    this.write(content);
  }

  /** Whatever was there: for whoever writes the whole. */
  write(content: number): void {
    this.variable.set(this.base + content, this.row);
  }

  isPresent(): boolean {
    for (let content = 0; content < this.base; content++) if (this.variable.is(content, this.row)) return false;
    return true;
  }

  refuseIfAbsent(): void {
    if (this.owner === null || this.owner.isPresent()) return;
    throw new Misuse(`${this.name} is part of something that is none: set the whole of it`);
  }

  /** The cell as what is inside of a `noneOr` sees it. */
  within(): Cell {
    return new Cell(this.variable, this.row, this.base + 1, this.owner, this.name);
  }

  ownedBy(owner: Cell): Cell {
    return new Cell(this.variable, this.row, this.base, owner, this.name);
  }
}

/** What every content can be asked and told. `get` is null where what it is part of is none. */
export interface Place<Content> {
  /** What is there. */
  get(): Content;
  /** Whether this is there. */
  is(content: Content): boolean;
  /** In effects alone. */
  set(content: Content): void;
  /** As pictures show it. */
  text(): string;
}

export interface AtomKind<Content> {
  /** What it is, for complaints. */
  readonly meant: string;
  /** Undefined for what is none of its contents. */
  readonly numberOf: (content: Content) => number | undefined;
  readonly contentOf: (number: number) => Content;
  readonly textOf: (number: number) => string;
}

/** A content of one cell. */
export class Atom<Content> implements Place<Content> {
  readonly #cell: Cell;
  readonly #kind: AtomKind<Content>;

  /** @internal */
  constructor(cell: Cell, kind: AtomKind<Content>) {
    this.#cell = cell;
    this.#kind = kind;
  }

  /** {@inheritDoc Place.get} */
  get(): Content {
    const content = this.#cell.at();
    return (content < 0 ? null : this.#kind.contentOf(content)) as Content;
  }

  /** {@inheritDoc Place.is} */
  is(content: Content): boolean {
    return this.#cell.is(numberOf(this.#cell, this.#kind, content, "is never"));
  }

  /** {@inheritDoc Place.set} */
  set(content: Content): void {
    this.#cell.set(numberOf(this.#cell, this.#kind, content, "cannot be set to"));
  }

  /** {@inheritDoc Place.text} */
  text(): string {
    const content = this.#cell.at();
    return content < 0 ? "-" : this.#kind.textOf(content);
  }
}

/** Throws for what is none of the contents. */
export function numberOf<Content>(cell: Cell, kind: AtomKind<Content>, content: Content, cannot: string): number {
  const number = kind.numberOf(content);
  if (number !== undefined) return number;
  throw new Misuse(`${cell.name} is ${kind.meant} and ${cannot} ${shown(content)}`);
}
