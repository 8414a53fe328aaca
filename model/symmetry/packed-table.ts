/**
 * The packed state table, seen as one number for each server (its column: the server's registers, R0 in the lowest
 * bits, and then its votes, whose contents are coded alike) and one for all proposals: where their bits are in a state's words, and code that takes them out and puts
 * them back.
 */
import { hasOwner } from "../../spec/quorum-table.js";
import { electedSets, FIRST_VALUE } from "../registers/facts.js";
import type { RegistersModel } from "../registers/registers.js";
import type { Scope } from "../registers/scope.js";

/** Adjacent bits of a word that hold adjacent bits of a number. */
interface Piece {
  readonly word: number;
  /** The lowest bit's place in the word. */
  readonly shift: number;
  /** The lowest bit's place in the number. */
  readonly offset: number;
  readonly width: number;
}

export interface PackedTable {
  readonly wordCount: number;
  /** columns[s]: where the column of server s is. */
  readonly columns: readonly (readonly Piece[])[];
  readonly columnBits: number;
  readonly registerBits: number;
  readonly proposals: readonly Piece[];
  /** proposalWidths[r]: bits of proposal[r]. */
  readonly proposalWidths: readonly number[];
}

export function packedTableOf(model: RegistersModel, { table, registerSets, values }: Scope): PackedTable {
  const setCount = registerSets.length;
  const voteCount = electedSets({ table, registerSets }).length;
  const registerBits = bitsFor(FIRST_VALUE + values);
  const columnWidths = Array.from({ length: setCount + voteCount }, () => registerBits);
  const proposalWidths = registerSets.map((real) => bitsFor(hasOwner(table, real) ? 1 + values : 2 ** values));
  const places = placesOf(model);
  // Cells come in the order of their declaration: register[s][r], then proposal[r], then vote[s][e].
  const firstProposal = table.servers.length * setCount;
  const firstVote = firstProposal + setCount;
  const rowOf = (s: number, first: number, columns: number) =>
    places.slice(first + s * columns, first + (s + 1) * columns);
  return {
    wordCount: model.workspace.words.length,
    columns: table.servers.map((_, s) =>
      piecesOf([...rowOf(s, 0, setCount), ...rowOf(s, firstVote, voteCount)], columnWidths),
    ),
    columnBits: columnWidths.length * registerBits,
    registerBits,
    proposals: piecesOf(places.slice(firstProposal, firstVote), proposalWidths),
    proposalWidths,
  };
}

const bitsFor = (domain: number): number => Math.max(1, 32 - Math.clz32(domain - 1));

/**
 * The word and the lowest bit of every cell, found by writing to it: how cells are laid out is the workspace's own
 * business.
 */
function placesOf({ workspace, initial }: RegistersModel): [word: number, shift: number][] {
  workspace.load(initial, 0);
  return Array.from(workspace.cells, (content, cell) => {
    const before = workspace.words.slice();
    workspace.write(cell, content ^ 1);
    const word = before.findIndex((bits, index) => bits !== workspace.words[index]);
    const shift = 31 - Math.clz32(before[word]! ^ workspace.words[word]!);
    workspace.undo();
    return [word, shift];
  });
}

/**
 * The pieces of a number made of these cells, the first in the lowest bits; cells that touch in a word make one
 * piece.
 */
function piecesOf(places: readonly [word: number, shift: number][], widths: readonly number[]): Piece[] {
  const pieces: Piece[] = [];
  let offset = 0;
  for (const [cell, [word, shift]] of places.entries()) {
    const width = widths[cell]!;
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
export const wordsOf = ({ wordCount }: PackedTable): string =>
  Array.from({ length: wordCount }, (_, word) => `const word${word} = words[offset + ${word}];`).join("\n");

/**
 * Statements that write the numbers that the expressions give into the state at `words[offset]`. Bits of no number
 * stay as they are in `word0`, `word1`, …
 */
export function writingOf(
  { wordCount }: PackedTable,
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
