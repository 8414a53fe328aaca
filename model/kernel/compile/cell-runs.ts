/** Neighbouring cells that are looked up together. */
import type { Layout } from "../declaration/workspace.js";

/** Bits of one word: from the first bit of the first cell to the last one of the last. */
export interface CellRun {
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
  /** Ascending. */
  readonly cells: readonly number[];
}

/**
 * Runs of neighbouring cells, each as long as may be.
 *
 * @param cells ascending
 * @param bitsMax the bits of a run; a cell of more bits is one by itself
 */
export function cellRunsOf(cells: readonly number[], layout: Layout, bitsMax: number): CellRun[] {
  const runs: { word: number; shift: number; bits: number; cells: number[] }[] = [];
  for (const cell of cells) {
    const word = layout.wordOf[cell]!;
    const end = layout.shiftOf[cell]! + layout.bitsOf[cell]!;
    const last = runs.at(-1);
    if (last !== undefined && last.word === word && end - last.shift <= bitsMax) {
      last.bits = end - last.shift;
      last.cells.push(cell);
    } else {
      runs.push({ word, shift: layout.shiftOf[cell]!, bits: layout.bitsOf[cell]!, cells: [cell] });
    }
  }
  return runs;
}
