/**
 * Straight-line code for canonical forms. Every successor passes through it, so that it must cost little next to the
 * search itself: shifts and masks are written out as constants, and columns stay in registers from the words they
 * come in to the words they go to.
 */
import type { ClassOrder } from "./least-arrangement.js";
import { type PackedTable, readingOf, wordsOf, writingOf } from "./packed-table.js";
import { sortingNetwork } from "./sorting-network.js";
import type { ValueRelabelling } from "./value-relabelling.js";

/** Takes the packed state at `words[offset]` to its canonical form, in place. */
export type CanonicalizeAt = (words: Int32Array, offset: number) => void;

/** The same for the states first..end-1, one after another. */
export type CanonicalizeAll = (states: Int32Array, first: number, end: number) => void;

/** Reads the columns of the packed state at `words[offset]`, in the order of the classes, and returns its proposals. */
export type Unpack = (words: Int32Array, columns: Int32Array, offset?: number) => number;

/** Writes columns, in the order of the classes, and proposals into the packed state at `words[offset]`. */
export type Pack = (columns: Int32Array, proposals: number, words: Int32Array, offset: number) => void;

/** Relabels columns by a value permutation and sorts them within classes; columns in the order of the classes. */
export type RelabelAndSort = (columns: Int32Array, sorted: Int32Array, permutation: number) => void;

export function generateUnpack(packed: PackedTable, { servers }: ClassOrder): Unpack {
  const readings = servers.map((server, place) => `columns[${place}] = ${readingOf(packed.columns[server]!)};`);
  const source = `return function unpack(words, columns, offset = 0) {
    ${wordsOf(packed)}
    ${readings.join("\n")}
    return ${readingOf(packed.proposals)};
  };`;
  return new Function(source)() as Unpack;
}

export function generatePack(packed: PackedTable, order: ClassOrder): Pack {
  const source = `return function pack(columns, proposals, words, offset) {
    ${wordsOf(packed)}
    ${writing(packed, order, (place) => `columns[${place}]`, "proposals")}
  };`;
  return new Function(source)() as Pack;
}

export function generateRelabelAndSort(order: ClassOrder, values: ValueRelabelling): RelabelAndSort {
  const source = `return function relabelAndSort(columns, sorted, permutation) {
    ${relabelling(order, values, (place) => `columns[${place}]`).join("\n")}
    ${sorting(order).join("\n")}
    ${order.servers.map((_, place) => `sorted[${place}] = column${place};`).join("\n")}
  };`;
  return new Function("relabelled", source)(values.relabelled) as RelabelAndSort;
}

/**
 * For a single coset: relabel the columns by the value permutation that the proposals call for, sort them within
 * classes. Where several value permutations make the proposals least, or it is not known yet which do, `compareAll`
 * is called instead.
 */
export function generateCanonicalizeAll(
  packed: PackedTable,
  order: ClassOrder,
  values: ValueRelabelling,
  compareAll: CanonicalizeAt,
): CanonicalizeAll {
  const relabels = values.permutations.length > 1;
  const reading = (place: number) => readingOf(packed.columns[order.servers[place]!]!);
  const choice = `const proposals = ${readingOf(packed.proposals)};
    const permutation = onlyBest[proposals];
    if (permutation < 0) { compareAll(words, offset); continue; }
    const least = leastProposals[proposals];`;
  const source = `return function canonicalizeAll(words, first, end) {
    for (let offset = first * ${packed.wordCount}; offset < end * ${packed.wordCount}; offset += ${packed.wordCount}) {
    ${wordsOf(packed)}
    ${relabels ? choice : "const least = 0, permutation = 0;"}
    ${relabelling(order, values, reading).join("\n")}
    ${sorting(order).join("\n")}
    ${writing(packed, order, (place) => `column${place}`, "least")}
    }
  };`;
  const factory = new Function("onlyBest", "leastProposals", "relabelled", "compareAll", source);
  return factory(values.onlyBest, values.leastProposals, values.relabelled, compareAll) as CanonicalizeAll;
}

const writing = (
  packed: PackedTable,
  { servers }: ClassOrder,
  column: (place: number) => string,
  proposals: string,
): string =>
  writingOf(packed, [
    ...servers.map((server, place) => [packed.columns[server]!, column(place)] as const),
    [packed.proposals, proposals],
  ]);

/** Statements that declare `column0`, `column1`, …, relabelled if there is more than one value permutation. */
const relabelling = ({ servers }: ClassOrder, values: ValueRelabelling, reading: (place: number) => string): string[] =>
  servers.map((_, place) => {
    if (values.permutations.length === 1) return `let column${place} = ${reading(place)};`;
    return `const old${place} = ${reading(place)};\nlet column${place} = ${values.relabellingOf(`old${place}`)};`;
  });

/**
 * Compares and swaps without a branch, which would be mispredicted half the time; columns are too small to overflow.
 */
const sorting = ({ bounds }: ClassOrder): string[] => [
  "let difference = 0;",
  ...bounds.slice(1).flatMap((end, index) => {
    const start = bounds[index]!;
    return sortingNetwork(end - start).map(([low, high]) => {
      const [a, b] = [`column${start + low}`, `column${start + high}`];
      return `difference = ${a} - ${b}; difference &= ~(difference >> 31); ${a} -= difference; ${b} += difference;`;
    });
  }),
];
