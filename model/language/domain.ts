/**
 * What a variable may hold, by its meaning: one of names, a member of an index set, none, a flag, a bounded counter.
 */
import { ModelError, shown } from "../kernel/index.js";
import type { IndexSet } from "./index-set.js";
import { Atom, type AtomKind, type Cell, numberOf, type Place } from "./place.js";

/** One cell of a content, before it has a place. */
export interface Leaf {
  /** What follows the variable's name: `.ballot`, or nothing. */
  readonly path: string;
  /** How many contents it has. */
  readonly contents: number;
  /** The index set whose members its contents are, from content `absences` on. */
  readonly refersTo: IndexSet | null;
  /** How many contents, the lowest ones, say that something is none. */
  readonly absences: number;
  /** Whose presence in a subset the cell tells. */
  readonly tellsOf: { readonly set: IndexSet; readonly member: number } | null;
}

/** A domain's cells, and what is made of them where they are. */
export interface Domain<Content, At extends Place<Content> = Place<Content>> {
  /** @internal */
  readonly leaves: readonly Leaf[];
  /**
   * @param cells one for each leaf
   *
   * @internal
   */
  readonly placeAt: (cells: readonly Cell[]) => At;
  /**
   * Writes a content whole, whatever was there.
   *
   * @internal
   */
  readonly write: (cells: readonly Cell[], content: Content) => void;
}

/** What may be none as well. */
export type Optional<Content, At extends Place<Content>> = Omit<At, "get" | "is" | "set"> &
  Place<Content | null> & {
    /** Whether it is none. */
    readonly isNone: () => boolean;
  };

const leafOf = (contents: number, refersTo: IndexSet | null = null): Leaf => ({
  path: "",
  contents,
  refersTo,
  absences: 0,
  tellsOf: null,
});

function atomDomain<Content>(leaf: Leaf, kind: AtomKind<Content>): Domain<Content, Atom<Content>> {
  return {
    leaves: [leaf],
    placeAt: ([cell]) => new Atom(cell!, kind),
    write: ([cell], content) => cell!.write(numberOf(cell!, kind, content, "cannot be set to")),
  };
}

/** One of these names. */
export function oneOf<Name extends string>(...names: readonly Name[]): Domain<Name, Atom<Name>> {
  if (new Set(names).size < names.length || names.length === 0) {
    throw new ModelError("oneOf", null, `names are different from each other, not ${names.map(shown).join(", ")}`);
  }
  return atomDomain(leafOf(names.length), {
    meant: `one of ${names.join(", ")}`,
    numberOf: (name) => indexIn(names, name),
    contentOf: (number) => names[number]!,
    textOf: (number) => names[number]!,
  });
}

const indexIn = <Name>(names: readonly Name[], name: Name): number | undefined => {
  const index = names.indexOf(name);
  return index < 0 ? undefined : index;
};

/** A member of the index set. */
export const memberOf = (set: IndexSet): Domain<number, Atom<number>> =>
  atomDomain(leafOf(set.size, set), {
    meant: `a ${set.name}, ${set.names[0]} to ${set.names.at(-1)}`,
    numberOf: (member) => (set.has(member) ? member : undefined),
    contentOf: (number) => number,
    textOf: (number) => set.nameOf(number),
  });

/** A whole number from 0 to `most`. */
export const counter = (most: number): Domain<number, Atom<number>> =>
  atomDomain(leafOf(most + 1), {
    meant: `a number from 0 to ${most}`,
    numberOf: (count) => (count >>> 0 === count && count <= most ? count : undefined),
    contentOf: (number) => number,
    textOf: (number) => `${number}`,
  });

/** Yes or no; shown as a mark. */
export const flag = (): Domain<boolean, Atom<boolean>> =>
  atomDomain(leafOf(2), {
    meant: "true or false",
    numberOf: (is) => (is === true ? 1 : is === false ? 0 : undefined),
    contentOf: (number) => number === 1,
    textOf: (number) => (number === 1 ? "✓" : ""),
  });

/**
 * None, to begin with, or what the domain holds. Of its cells the first one says which; those that hold members have an
 * absence of their own as well, so that no renaming of members takes it for one.
 *
 * @param none how pictures show it
 */
export function noneOr<Content, At extends Place<Content>>(
  domain: Domain<Content, At>,
  none = "-",
): Domain<Content | null, Optional<Content, At>> {
  const { leaves } = domain;
  const hasAbsence = leaves.map(({ refersTo }, index) => index === 0 || refersTo !== null);
  const inside = (cells: readonly Cell[]): Cell[] => {
    const first = cells[0]!.within();
    return cells.map((cell, index) => {
      if (index === 0) return first;
      return (hasAbsence[index] ? cell.within() : cell).ownedBy(first);
    });
  };
  const write = (cells: readonly Cell[], content: Content | null): void => {
    if (content !== null) domain.write(inside(cells), content);
    else for (const cell of cells) cell.write(0);
  };
  return {
    leaves: leaves.map((leaf, index) =>
      hasAbsence[index] ? { ...leaf, contents: leaf.contents + 1, absences: leaf.absences + 1 } : leaf,
    ),
    placeAt: (cells) => {
      const within = inside(cells);
      const place = domain.placeAt(within);
      const isNone = (): boolean => !within[0]!.isPresent();
      const [get, is, text] = [place.get.bind(place), place.is.bind(place), place.text.bind(place)];
      return Object.assign(place, {
        get: () => (isNone() ? null : get()),
        is: (content: Content | null) => (content === null ? isNone() : is(content)),
        set: (content: Content | null) => {
          cells[0]!.refuseIfAbsent();
          write(cells, content);
        },
        text: () => (isNone() ? (cells[0]!.isPresent() ? none : "-") : text()),
        isNone,
      }) as unknown as Optional<Content, At>;
    },
    write,
  };
}
