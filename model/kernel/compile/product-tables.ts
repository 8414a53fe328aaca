/**
 * Which products a state enables, found by looking up pieces of it: each table has, for every content of some
 * neighbouring bits of the state, a set of the products whose tests of those bits hold. The intersection over all
 * pieces is the set of enabled products.
 */
import { firstBits } from "../declaration/bits.js";
import type { Layout } from "../declaration/workspace.js";
import { cellRunsOf } from "./cell-runs.js";
import type { CellTests } from "./cell-tests.js";
import { allContents, type ContentSet, differenceOf } from "./content-set.js";

/**
 * The bits of a state that are looked up at once: 256 places a table, so that all tables stay in the processor's first
 * cache.
 */
const PIECE_BITS_MAX = 8;

/** A cell of more bits has a table of its own, up to this number of bits. */
const CELL_BITS_MAX = 12;

/** Whether tables can tell what the cell holds. */
export const isLookedUp = (cell: number, { bitsOf }: Layout): boolean => bitsOf[cell]! <= CELL_BITS_MAX;

/** Products in a word of a set of products. */
export const SET_WORD_BITS = 32;

/** Bits of one word, and the words of the sets of products that these bits tell about. */
export interface Piece {
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
  /** Where its table begins. */
  readonly base: number;
  /** The words of the set that its table has; the others would be all ones. */
  readonly setWords: readonly number[];
}

export interface ProductTables {
  /** Words of 32 products in a set of products. */
  readonly setWordCount: number;
  readonly pieces: readonly Piece[];
  /** The word setWords[i] of the set for content c of a piece: tables[base + c * setWords.length + i]. */
  readonly tables: Int32Array;
}

/** Of products that test only cells that can be looked up. */
export function productTablesOf(products: readonly { readonly tests: CellTests }[], layout: Layout): ProductTables {
  const pieces: Piece[] = [];
  const tables: Int32Array[] = [];
  const asking = productsByCell(products);
  let base = 0;
  for (const { cells, ...bits } of cellRunsOf([...asking.keys()], layout, PIECE_BITS_MAX)) {
    const setWords = [...new Set(cells.flatMap((cell) => asking.get(cell)!.map(({ product }) => product >>> 5)))];
    let table = anything(setWords.length, 0);
    let end = bits.shift;
    for (const cell of cells) {
      const gap = anything(setWords.length, layout.shiftOf[cell]! - end);
      const allowed = tableOfCell(asking.get(cell)!, setWords, layout.bitsOf[cell]!);
      table = joined(joined(table, gap, setWords.length), allowed, setWords.length);
      end = layout.shiftOf[cell]! + layout.bitsOf[cell]!;
    }
    pieces.push({ ...bits, base, setWords });
    tables.push(table);
    base += table.length;
  }
  const all = new Int32Array(base);
  for (const [index, { base }] of pieces.entries()) all.set(tables[index]!, base);
  return { setWordCount: Math.ceil(products.length / SET_WORD_BITS), pieces, tables: all };
}

/**
 * Code that finds, from the constants word0, word1, .., the row of every piece:
 *
 *     const row0 = 0 + ((word0 >>> 0) & 255) * 1;
 *     const row1 = 256 + ((word0 >>> 8) & 15) * 1;
 */
export const codeOfRows = (pieces: readonly Piece[]): string =>
  pieces
    .map(
      ({ word, shift, bits, base, setWords }, index) =>
        `const row${index} = ${base} + ((word${word} >>> ${shift}) & ${firstBits(bits)}) * ${setWords.length};`,
    )
    .join("\n");

/**
 * Expressions whose intersection is this word of the set, as far as the pieces tell: `tables[row0 + 0]`,
 * `tables[row1 + 0]`.
 */
export const codeOfSetWord = (pieces: readonly Piece[], setWord: number): string[] =>
  pieces.flatMap(({ setWords }, index) => {
    const place = setWords.indexOf(setWord);
    return place < 0 ? [] : [`tables[row${index} + ${place}]`];
  });

interface Test {
  readonly product: number;
  readonly contents: ContentSet;
}

/** Tested cells, ascending. */
function productsByCell(products: readonly { readonly tests: CellTests }[]): Map<number, Test[]> {
  const asking = new Map<number, Test[]>();
  for (const [product, { tests }] of products.entries()) {
    for (const [cell, contents] of tests) {
      const known = asking.get(cell);
      if (known === undefined) asking.set(cell, [{ product, contents }]);
      else known.push({ product, contents });
    }
  }
  return new Map([...asking].sort(([a], [b]) => a - b));
}

/** As a piece's table, for one cell alone. */
function tableOfCell(tests: readonly Test[], setWords: readonly number[], bits: number): Int32Array {
  const count = setWords.length;
  const table = new Int32Array(count << bits).fill(-1);
  for (const { product, contents } of tests) {
    const place = setWords.indexOf(product >>> 5);
    const others = differenceOf(allContents(1 << bits), contents);
    for (let range = 0; range < others.length; range += 2) {
      for (let content = others[range]!; content < others[range + 1]!; content++) {
        table[content * count + place]! &= ~(1 << (product & 31));
      }
    }
  }
  return table;
}

/** The table of bits that no product tests. */
const anything = (count: number, bits: number): Int32Array => new Int32Array(count << bits).fill(-1);

/** The table of the bits of `low` and, above them, those of `high`: products are allowed that both allow. */
function joined(low: Int32Array, high: Int32Array, count: number): Int32Array {
  const table = new Int32Array((low.length / count) * high.length);
  let at = 0;
  for (let highRow = 0; highRow < high.length; highRow += count) {
    for (let lowRow = 0; lowRow < low.length; lowRow += count) {
      for (let place = 0; place < count; place++) table[at++] = low[lowRow + place]! & high[highRow + place]!;
    }
  }
  return table;
}
