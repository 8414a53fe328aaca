/**
 * Which rules need not be applied to a state that was found by a given rule, because the same successors are found another way.
 *
 * Let p' –b→ p be how p was found, and let rule a commute with b: neither writes what the other tests or writes. Then a is
 * enabled at p' just as at p, and p' –a→ p'' –b→ leads to the same state as p –a→. If a comes before b in the order of rules, it
 * is left to p''. There b may be left to another state in turn, but only for the sake of a rule that comes after b; orders end,
 * so some state of the level applies its rule. Every state is still found, in the level where it would be, and only repeats are
 * saved. This is a sleep set that remembers one step (Godefroid, "Partial-Order Methods for the Verification of Concurrent
 * Systems", 1996, chapter 5; sleep sets alone never lose a state). The argument in full: proofs-notes.md, "Commuting steps".
 */
import type { Rule } from "./rules.js";

/** How a state was found: 0 for no rule that anything commutes with, else which rules it may leave to others. Fits a byte. */
export type Arrival = number;

const ARRIVALS_MAX = 256;

export interface Independence {
  /** arrivalOf[rule]: the arrival of a state that the rule leads to. */
  readonly arrivalOf: readonly Arrival[];
  /** left[arrival][rule]: whether the rule is left to another state. */
  readonly left: readonly (readonly boolean[])[];
}

/** By what rules are told apart: their order, and their cells. */
export interface RuleOrder {
  /** Of two rules that commute, the one of lower rank may be left to where the other led from. */
  readonly rankOf: (rule: Rule, index: number) => number;
  /** Cells of the same number are taken for the same. */
  readonly cellOf: (cell: number) => number;
}

export const inOrder: RuleOrder = { rankOf: (_, index) => index, cellOf: (cell) => cell };

/** For searches that take every successor of a state, however it was found. */
export const noneLeft: RuleOrder = { rankOf: () => 0, cellOf: (cell) => cell };

/**
 * For searches up to a symmetry. A permutation lies between the state that b led to and the canonical form that is expanded in
 * its place, and nobody remembers which. So all is judged by what no permutation changes: the orbits of the cells.
 */
export const upTo = (orbitOf: readonly number[]): RuleOrder => ({
  rankOf: ({ written }) => Math.max(-1, ...Array.from(written.keys(), (cell) => orbitOf[cell]!)),
  cellOf: (cell) => orbitOf[cell]!,
});

export function independenceOf(rules: readonly Rule[], { rankOf, cellOf }: RuleOrder): Independence {
  const left: boolean[][] = [rules.map(() => false)];
  const arrivals = new Map<string, Arrival>([["", 0]]);
  const cellsOf = (cells: Iterable<number>): number[] => bitsOf(Array.from(cells, cellOf));
  const writing = rules.map(({ written }) => cellsOf(written.keys()));
  const touching = rules.map(({ tests, written }) => cellsOf([...tests.keys(), ...written.keys()]));
  const ranks = rules.map(rankOf);
  const arrivalOf = rules.map((_, last) => {
    const leaves: number[] = [];
    for (let other = 0; other < rules.length; other++) {
      if (ranks[other]! >= ranks[last]!) continue;
      if (intersect(writing[last]!, touching[other]!) || intersect(writing[other]!, touching[last]!)) continue;
      leaves.push(other);
    }
    const key = leaves.join();
    const known = arrivals.get(key);
    if (known !== undefined) return known;
    if (left.length === ARRIVALS_MAX) return 0;
    arrivals.set(key, left.length);
    const isLeft = rules.map(() => false);
    for (const rule of leaves) isLeft[rule] = true;
    return left.push(isLeft) - 1;
  });
  return { arrivalOf, left };
}

/** A set of cells, 31 to a number. */
function bitsOf(cells: Iterable<number>): number[] {
  const bits: number[] = [];
  for (const cell of cells) {
    const place = Math.floor(cell / 31);
    while (bits.length <= place) bits.push(0);
    bits[place]! |= 1 << (cell % 31);
  }
  return bits;
}

function intersect(a: readonly number[], b: readonly number[]): boolean {
  const length = Math.min(a.length, b.length);
  for (let place = 0; place < length; place++) if ((a[place]! & b[place]!) !== 0) return true;
  return false;
}
