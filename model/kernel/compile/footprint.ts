/** Which cells a step has to do with, by its decision tree: what decides whether steps commute. */

import { cellsOf } from "./cell-tests.js";
import type { Outcome } from "./outcomes.js";
import type { DecisionTree } from "./symbolic-execution.js";

/** The cells on which it depends whether a step is enabled and what it does, and those that it writes in some state. */
export interface Footprint {
  readonly asked: ReadonlySet<number>;
  readonly written: ReadonlySet<number>;
}

export const footprintOf = (tree: DecisionTree<Outcome | null>): Footprint => ({
  asked: cellsOf(tree),
  written: cellsWritten(tree),
});

function cellsWritten(tree: DecisionTree<Outcome | null>, cells = new Set<number>()): Set<number> {
  if (!("outcome" in tree)) for (const branch of tree.branches) cellsWritten(branch.tree, cells);
  else for (const cell of tree.outcome?.cells ?? []) cells.add(cell);
  return cells;
}

/** The cells that effects ask and write; null if one of them is too involved to tell. */
export function effectCellsOf(effects: readonly (DecisionTree<Outcome> | null)[]): ReadonlySet<number> | null {
  const cells = new Set<number>();
  for (const effect of effects) {
    if (effect === null) return null;
    const { asked, written } = footprintOf(effect);
    for (const cell of [...asked, ...written]) cells.add(cell);
  }
  return cells;
}
