/**
 * Which rules a state enables, found by looking up pieces of it: each table has, for every content of some neighbouring bits of
 * the state, a set of the rules whose tests of those bits hold. The intersection over all pieces is the set of enabled rules.
 */
import type { CellTests } from "./rules.js";
import type { Layout } from "./workspace.js";

/** The bits of a state that are looked up at once: 256 places a table, so that all tables stay in the processor's first cache. */
const PIECE_BITS_MAX = 8;

const SET_WORD_BITS = 32;

/** Bits of one word, and the words of the sets of rules that these bits tell about. */
export interface Piece {
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
  /** Where its table begins. */
  readonly base: number;
  /** The words of the set that its table has; the others would be all ones. */
  readonly setWords: readonly number[];
}

export interface RuleTables {
  /** Words of 32 rules in a set of rules. */
  readonly setWordCount: number;
  readonly pieces: readonly Piece[];
  /** The word setWords[i] of the set for content c of a piece: tables[base + c * setWords.length + i]. */
  readonly tables: Int32Array;
}

export function ruleTablesOf(rules: readonly { readonly tests: CellTests }[], layout: Layout): RuleTables {
  const pieces: Piece[] = [];
  const tables: Int32Array[] = [];
  const asking = rulesByCell(rules);
  let base = 0;
  for (const { cells, ...bits } of piecesOf([...asking.keys()], layout)) {
    const setWords = [...new Set(cells.flatMap((cell) => asking.get(cell)!.map(({ rule }) => rule >>> 5)))];
    const table = new Int32Array(setWords.length << bits.bits).fill(-1);
    for (const cell of cells) {
      const allowed = tableOfCell(asking.get(cell)!, setWords, layout.bitsOf[cell]!);
      intersect(table, allowed, setWords.length, layout.shiftOf[cell]! - bits.shift);
    }
    pieces.push({ ...bits, base, setWords });
    tables.push(table);
    base += table.length;
  }
  const joined = new Int32Array(base);
  for (const [index, { base }] of pieces.entries()) joined.set(tables[index]!, base);
  return { setWordCount: Math.ceil(rules.length / SET_WORD_BITS), pieces, tables: joined };
}

interface Test {
  readonly rule: number;
  readonly contents: number;
}

/** Tested cells, ascending. */
function rulesByCell(rules: readonly { readonly tests: CellTests }[]): Map<number, Test[]> {
  const asking = new Map<number, Test[]>();
  for (const [rule, { tests }] of rules.entries()) {
    for (const [cell, contents] of tests) {
      const known = asking.get(cell);
      if (known === undefined) asking.set(cell, [{ rule, contents }]);
      else known.push({ rule, contents });
    }
  }
  return new Map([...asking].sort(([a], [b]) => a - b));
}

/** As a piece's table, for one cell alone. */
function tableOfCell(tests: readonly Test[], setWords: readonly number[], bits: number): Int32Array {
  const count = setWords.length;
  const table = new Int32Array(count << bits).fill(-1);
  for (const { rule, contents } of tests) {
    const place = setWords.indexOf(rule >>> 5);
    for (let content = 0; content < 1 << bits; content++) {
      if (((contents >>> content) & 1) === 0) table[content * count + place]! &= ~(1 << (rule & 31));
    }
  }
  return table;
}

/** Leaves in the table what is allowed by the content of the cell that begins at this bit of the piece. */
function intersect(table: Int32Array, allowed: Int32Array, count: number, shift: number): void {
  const mask = allowed.length / count - 1;
  for (let row = 0; row * count < table.length; row++) {
    const from = ((row >>> shift) & mask) * count;
    for (let place = 0; place < count; place++) table[row * count + place]! &= allowed[from + place]!;
  }
}

/** Runs of neighbouring cells, each as long as may be. Tested cells have at most five bits (trace.ts). */
function piecesOf(tested: readonly number[], layout: Layout) {
  const pieces: { word: number; shift: number; bits: number; cells: number[] }[] = [];
  for (const cell of tested) {
    const word = layout.wordOf[cell]!;
    const end = layout.shiftOf[cell]! + layout.bitsOf[cell]!;
    const last = pieces.at(-1);
    if (last !== undefined && last.word === word && end - last.shift <= PIECE_BITS_MAX) {
      last.bits = end - last.shift;
      last.cells.push(cell);
    } else {
      pieces.push({ word, shift: layout.shiftOf[cell]!, bits: layout.bitsOf[cell]!, cells: [cell] });
    }
  }
  return pieces;
}
