/**
 * Columns as numbers: where the bits of each column, and those of the rest, are in a state's words, and code that takes
 * them out and puts them back. The first row has the lowest bits.
 */
import type { Model } from "../kernel/index.js";
import type { Columns } from "./columns.js";

export type Layout = Model["workspace"]["layout"];

/** Adjacent bits of a word that hold adjacent bits of a number. */
interface Piece {
  readonly word: number;
  /** The lowest bit's place in the word. */
  readonly shift: number;
  /** The lowest bit's place in the number. */
  readonly offset: number;
  readonly width: number;
}

export interface PackedColumns {
  readonly wordCount: number;
  /** columns[m]: where the column of member m is. */
  readonly columns: readonly (readonly Piece[])[];
  readonly rest: readonly Piece[];
  /** Cells of each row, and of each place of the rest. */
  readonly rows: readonly PackedCell[];
  readonly restCells: readonly PackedCell[];
}

/** A cell in a number made of several. */
export interface PackedCell {
  readonly offset: number;
  readonly width: number;
  readonly domain: number;
}

export const packedColumnsOf = ({ columns, rest }: Columns, layout: Layout): PackedColumns => ({
  wordCount: layout.wordCount,
  columns: columns.map((cells) => piecesOf(cells, layout)),
  rest: piecesOf(rest, layout),
  rows: packedCellsOf(columns[0] ?? [], layout),
  restCells: packedCellsOf(rest, layout),
});

/** Bits of the number that these cells make. */
export const widthOf = (cells: readonly number[], { bitsOf }: Layout): number =>
  cells.reduce((sum, cell) => sum + bitsOf[cell]!, 0);

function packedCellsOf(cells: readonly number[], { bitsOf, domains }: Layout): PackedCell[] {
  let offset = 0;
  return cells.map((cell) => {
    const width = bitsOf[cell]!;
    offset += width;
    return { offset: offset - width, width, domain: domains[cell]! };
  });
}

/** The first cell in the lowest bits; cells that touch in a word make one piece. */
function piecesOf(cells: readonly number[], { wordOf, shiftOf, bitsOf }: Layout): Piece[] {
  const pieces: Piece[] = [];
  let offset = 0;
  for (const cell of cells) {
    const [word, shift, width] = [wordOf[cell]!, shiftOf[cell]!, bitsOf[cell]!];
    const last = pieces.at(-1);
    if (last !== undefined && last.word === word && last.shift + last.width === shift) {
      pieces[pieces.length - 1] = { ...last, width: last.width + width };
    } else {
      pieces.push({ word, shift, offset, width });
    }
    offset += width;
  }
  return pieces;
}

/** An expression for the number, where `word0`, `word1`, … are the state's words. */
export const readingOf = (pieces: readonly Piece[]): string =>
  pieces.length === 0
    ? "0"
    : pieces
        .map(({ word, shift, offset, width }) => `((word${word} >>> ${shift}) & ${maskOf(width)}) << ${offset}`)
        .join(" | ");

/** Statements that declare `word0`, `word1`, …, the words of the state at `words[offset]`. */
export const wordsOf = ({ wordCount }: PackedColumns): string =>
  Array.from({ length: wordCount }, (_, word) => `const word${word} = words[offset + ${word}];`).join("\n");

/**
 * Statements that write the numbers that the expressions give into the state at `words[offset]`. Bits of no number
 * stay as they are in `word0`, `word1`, …
 */
export function writingOf(
  { wordCount }: PackedColumns,
  numbers: readonly (readonly [readonly Piece[], expression: string])[],
): string {
  const terms = Array.from({ length: wordCount }, (): string[] => []);
  const written = new Int32Array(wordCount);
  for (const [pieces, expression] of numbers) {
    for (const { word, shift, offset, width } of pieces) {
      terms[word]!.push(`((${expression} >>> ${offset}) & ${maskOf(width)}) << ${shift}`);
      written[word]! |= maskOf(width) << shift;
    }
  }
  return terms
    .map((own, word) => `words[offset + ${word}] = ${[`word${word} & ${~written[word]!}`, ...own].join(" | ")};`)
    .join("\n");
}

const maskOf = (width: number): number => 2 ** width - 1;
