/** What cells of a state must hold for something to be so: a product of sets of contents. */
import { allContents, type ContentSet, differenceOf, intersectionOf, unionOf } from "./content-set.js";
import type { DecisionTree } from "./symbolic-execution.js";

/** Cell → the contents that it may have. Cells that are not in it may have any. */
export type CellTests = ReadonlyMap<number, ContentSet>;

export const NO_TESTS: CellTests = new Map();

/** Equal tests of equal cells in the same order have the same key. */
export const keyOf = (tests: CellTests): string =>
  Array.from(tests, ([cell, contents]) => `${cell}:${contents.join()}`).join(" ");

/** The cells that a tree asks for. */
export function cellsOf(tree: DecisionTree<unknown>, cells = new Set<number>()): Set<number> {
  if ("outcome" in tree) return cells;
  cells.add(tree.cell);
  for (const branch of tree.branches) cellsOf(branch.tree, cells);
  return cells;
}

/** Every way from the root of a tree to a result, with the contents that lead there. */
export function forEachWay<Result>(
  tree: DecisionTree<Result>,
  visit: (outcome: Result, tests: CellTests) => void,
  tests: CellTests = NO_TESTS,
): void {
  if ("outcome" in tree) {
    visit(tree.outcome, tests);
    return;
  }
  // A cell that is asked again on the way is asked between fewer contents, so the later test implies the earlier.
  for (const branch of tree.branches) forEachWay(branch.tree, visit, new Map(tests).set(tree.cell, branch.contents));
}

/** The tests of each way in which a condition holds. */
export function waysToHold(tree: DecisionTree<boolean>): CellTests[] {
  const ways: CellTests[] = [];
  forEachWay(tree, (isTrue, tests) => {
    if (isTrue) ways.push(tests);
  });
  return ways;
}

/**
 * The tree where the tests hold, and null where they do not. It asks the cells that are tested only for contents that
 * are allowed.
 */
export function onlyWhere<Outcome>(
  tests: CellTests,
  tree: DecisionTree<Outcome>,
  domains: readonly number[],
): DecisionTree<Outcome | null> {
  let whole: DecisionTree<Outcome | null> = tree;
  for (const [cell, contents] of tests) {
    const others = differenceOf(allContents(domains[cell]!), contents);
    const elsewhere = others.length === 0 ? [] : [{ contents: others, tree: { outcome: null } }];
    whole = { cell, branches: [{ contents, tree: whole }, ...elsewhere] };
  }
  return whole;
}

/** Null if they contradict each other. */
export function bothOf(a: CellTests, b: CellTests): CellTests | null {
  const both = new Map(a);
  for (const [cell, contents] of b) {
    const known = both.get(cell);
    const common = known === undefined ? contents : intersectionOf(known, contents);
    if (common.length === 0) return null;
    both.set(cell, common);
  }
  return both;
}

/**
 * Tests that hold wherever a tree comes to an outcome of these, and maybe elsewhere: which contents each cell has on
 * some way there. Null if there is no such outcome.
 */
export function hullOf<Outcome>(
  tree: DecisionTree<Outcome>,
  isWanted: (outcome: Outcome) => boolean,
): CellTests | null {
  if ("outcome" in tree) return isWanted(tree.outcome) ? new Map() : null;
  let hull: Map<number, ContentSet> | null = null;
  for (const { contents, tree: next } of tree.branches) {
    const below = hullOf(next, isWanted);
    if (below === null) continue;
    // A cell that is asked again is asked between fewer contents.
    const tests = new Map(below).set(tree.cell, below.get(tree.cell) ?? contents);
    hull = hull === null ? tests : eitherOf(hull, tests);
  }
  return hull;
}

/** Tests that hold where one of these do: of cells that both test. */
export function eitherOf(a: CellTests, b: CellTests): Map<number, ContentSet> {
  const either = new Map<number, ContentSet>();
  for (const [cell, contents] of a) {
    const others = b.get(cell);
    if (others !== undefined) either.set(cell, unionOf(contents, others));
  }
  return either;
}
