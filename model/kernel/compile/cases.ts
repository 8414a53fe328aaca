/**
 * A step that is enabled iff a product of tests holds, and does what one cell says: one command by cases of that cell.
 */
import { type CellTests, cellsOf, waysToHold } from "./cell-tests.js";
import { allContents, type ContentSet, contentsIn, intersectionOf } from "./content-set.js";
import type { Outcome } from "./outcomes.js";
import { type DecisionTree, mapOutcomes } from "./symbolic-execution.js";

export interface Cases {
  readonly tests: CellTests;
  readonly cell: number;
  /** outcomes[content]: what is done where the cell holds this, null if the step is not enabled then. */
  readonly outcomes: readonly (Outcome | null)[];
}

/** Null if the step is none that can be told by cases. */
export function casesOf(tree: DecisionTree<Outcome | null>, domains: readonly number[]): Cases | null {
  const ways = waysToHold(mapOutcomes(tree, (outcome) => outcome !== null));
  if (ways.length !== 1) return null;
  for (const cell of cellsOf(tree)) {
    const outcomes = new Array<Outcome | null>(domains[cell]!).fill(null);
    if (sort(tree, cell, allContents(domains[cell]!), outcomes)) return { tests: ways[0]!, cell, outcomes };
  }
  return null;
}

/** Puts each outcome to the contents of the cell that may lead to it; false if several may follow on one content. */
function sort(
  tree: DecisionTree<Outcome | null>,
  cell: number,
  possible: ContentSet,
  outcomes: (Outcome | null)[],
): boolean {
  if ("outcome" in tree) {
    if (tree.outcome === null) return true;
    for (const content of contentsIn(possible)) {
      if (outcomes[content] !== null && outcomes[content] !== tree.outcome) return false;
      outcomes[content] = tree.outcome;
    }
    return true;
  }
  return tree.branches.every(({ contents, tree: next }) =>
    sort(next, cell, tree.cell === cell ? intersectionOf(possible, contents) : possible, outcomes),
  );
}
