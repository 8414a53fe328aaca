/**
 * Straight-line code for canonical forms. Every successor passes through it, so that it must cost little next to the
 * search itself: shifts and masks are written out as constants, and columns stay in registers from the words they
 * come in to the words they go to.
 */
import type { ClassOrder } from "./least-arrangement.js";
import { type PackedColumns, readingOf, wordsOf, writingOf } from "./packed-columns.js";
import type { RelabellingTables } from "./relabelling-tables.js";
import { sortingNetwork } from "./sorting-network.js";

/** Takes the packed state at `words[offset]` to its canonical form, in place. */
export type CanonicalizeAt = (words: Int32Array, offset: number) => void;

/** The same for the states first..end-1, one after another. */
export type CanonicalizeAll = (states: Int32Array, first: number, end: number) => void;

/** Reads the columns of the packed state at `words[offset]`, in the order of the classes, and returns its rest. */
export type Unpack = (words: Int32Array, columns: Int32Array, offset?: number) => number;

/** Writes columns, in the order of the classes, and the rest into the packed state at `words[offset]`. */
export type Pack = (columns: Int32Array, rest: number, words: Int32Array, offset: number) => void;

/** Relabels columns by a relabelling and sorts them within classes; columns in the order of the classes. */
export type RelabelAndSort = (columns: Int32Array, sorted: Int32Array, relabelling: number) => void;

export function generateUnpack(packed: PackedColumns, { members }: ClassOrder): Unpack {
  const readings = members.map((member, place) => `columns[${place}] = ${readingOf(packed.columns[member]!)};`);
  const source = `return function unpack(words, columns, offset = 0) {
    ${wordsOf(packed)}
    ${readings.join("\n")}
    return ${readingOf(packed.rest)};
  };`;
  return new Function(source)() as Unpack;
}

export function generatePack(packed: PackedColumns, order: ClassOrder): Pack {
  const source = `return function pack(columns, rest, words, offset) {
    ${wordsOf(packed)}
    ${writing(packed, order, (place) => `columns[${place}]`, "rest")}
  };`;
  return new Function(source)() as Pack;
}

export function generateRelabelAndSort(order: ClassOrder, tables: RelabellingTables): RelabelAndSort {
  const source = `return function relabelAndSort(columns, sorted, relabelling) {
    ${relabelling(order, tables, (place) => `columns[${place}]`).join("\n")}
    ${sorting(order, tables).join("\n")}
    ${order.members.map((_, place) => `sorted[${place}] = column${place};`).join("\n")}
  };`;
  return new Function("relabelled", source)(tables.relabelled) as RelabelAndSort;
}

/**
 * For a single coset: relabel the columns by the relabelling that the rest calls for, sort them within
 * classes. Where several relabellings make the rest least, or it is not known yet which do, `compareAll`
 * is called instead.
 */
export function generateCanonicalizeAll(
  packed: PackedColumns,
  order: ClassOrder,
  tables: RelabellingTables,
  compareAll: CanonicalizeAt,
): CanonicalizeAll {
  const relabels = tables.count > 1;
  const reading = (place: number) => readingOf(packed.columns[order.members[place]!]!);
  const choice = `const rest = ${readingOf(packed.rest)};
    const relabelling = onlyBest[rest];
    if (relabelling < 0) { compareAll(words, offset); continue; }
    const least = leastRest[rest];`;
  const source = `return function canonicalizeAll(words, first, end) {
    for (let offset = first * ${packed.wordCount}; offset < end * ${packed.wordCount}; offset += ${packed.wordCount}) {
    ${wordsOf(packed)}
    ${relabels ? choice : "const least = 0, relabelling = 0;"}
    ${relabelling(order, tables, reading).join("\n")}
    ${sorting(order, tables).join("\n")}
    ${writing(packed, order, (place) => `column${place}`, "least")}
    }
  };`;
  const factory = new Function("onlyBest", "leastRest", "relabelled", "compareAll", source);
  return factory(tables.onlyBest, tables.leastRest, tables.relabelled, compareAll) as CanonicalizeAll;
}

const writing = (
  packed: PackedColumns,
  { members }: ClassOrder,
  column: (place: number) => string,
  rest: string,
): string =>
  writingOf(packed, [
    ...members.map((member, place) => [packed.columns[member]!, column(place)] as const),
    [packed.rest, rest],
  ]);

/** Statements that declare `column0`, `column1`, …, relabelled if there is more than one relabelling. */
const relabelling = (
  { members }: ClassOrder,
  tables: RelabellingTables,
  reading: (place: number) => string,
): string[] =>
  members.map((_, place) => {
    if (tables.count === 1) return `let column${place} = ${reading(place)};`;
    return `const old${place} = ${reading(place)};\nlet column${place} = ${tables.relabellingOf(`old${place}`)};`;
  });

/** Differences of wider columns may overflow. */
const NARROW_BITS_MAX = 30;

/** Compares and swaps without a branch, which would be mispredicted half the time. Wide columns take a tenth longer. */
const sorting = ({ bounds }: ClassOrder, { columnBits }: RelabellingTables): string[] => [
  "let difference = 0;",
  ...bounds.slice(1).flatMap((end, index) => {
    const start = bounds[index]!;
    return sortingNetwork(end - start).map(([low, high]) => {
      const [a, b] = [`column${start + low}`, `column${start + high}`];
      return columnBits <= NARROW_BITS_MAX
        ? `difference = ${a} - ${b}; difference &= ~(difference >> 31); ${a} -= difference; ${b} += difference;`
        : `difference = (${a} ^ ${b}) & -(${a} > ${b}); ${a} ^= difference; ${b} ^= difference;`;
    });
  }),
];
