/**
 * Which rules need not be applied to a state that was found by a given rule, because the same successors are found another way.
 *
 * Let p' –b→ p be how p was found, and let rule a commute with b: neither writes what the other tests or writes. Then a is
 * enabled at p' just as at p, and p' –a→ p'' –b→ leads to the same state as p –a→. If a comes before b in the order of rules, it
 * is left to p''. There b may be left to another state in turn, but only for the sake of a rule that comes after b; orders end,
 * so some state of the level applies its rule. Every state is still found, in the level where it would be, and only repeats are
 * saved. This is a sleep set that remembers one step (Godefroid, "Partial-Order Methods for the Verification of Concurrent
 * Systems", 1996, chapter 5; sleep sets alone never lose a state).
 *
 * Steps that are no rules are always applied. What their guards ask is not known, but if their action is persistent (model.ts; as
 * a transition of a Petri net is: Landweber and Robertson, "Properties of Conflict-Free and Persistent Petri Nets", 1978), no
 * rule disables them that leaves their own cells alone. So they come after all rules in the order, and a rule that has no cell in
 * common with what their effects ask and write is left to p''.
 *
 * The argument in full: proofs-notes.md, "Commuting steps".
 */
import type { InvolvedGroup, Rule } from "./rules.js";

/** How a state was found: 0 for no rule that anything commutes with, else which rules it may leave to others. Fits a byte. */
export type Arrival = number;

const ARRIVALS_MAX = 256;

export interface Independence {
  /** arrivalOf[rule]: the arrival of a state that the rule leads to. */
  readonly arrivalOf: readonly Arrival[];
  /** The same of a group of involved steps. */
  readonly arrivalOfGroup: readonly Arrival[];
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

/** For searches that take every successor of a state, however it was found: all cells are taken for one, so nothing commutes. */
export const noneLeft: RuleOrder = { rankOf: () => 0, cellOf: () => 0 };

/**
 * For searches up to a symmetry. A permutation lies between the state that b led to and the canonical form that is expanded in
 * its place, and nobody remembers which. So all is judged by what no permutation changes: the orbits of the cells.
 */
export const upTo = (orbitOf: readonly number[]): RuleOrder => ({
  rankOf: ({ written }) => Math.max(-1, ...Array.from(written.keys(), (cell) => orbitOf[cell]!)),
  cellOf: (cell) => orbitOf[cell]!,
});

export function independenceOf(
  rules: readonly Rule[],
  involved: readonly Pick<InvolvedGroup, "effectCells">[],
  { rankOf, cellOf }: RuleOrder,
): Independence {
  const cellsOf = (cells: Iterable<number>): number[] => bitsOf(Array.from(cells, cellOf));
  const writing = rules.map(({ written }) => cellsOf(written.keys()));
  const touching = rules.map(({ tests, written }) => cellsOf([...tests.keys(), ...written.keys()]));
  const ranks = rules.map(rankOf);
  const arrivals = new Arrivals(rules.length);
  const arrivalOf = rules.map((_, last) =>
    arrivals.leaving(
      (other) =>
        ranks[other]! < ranks[last]! &&
        !intersect(writing[last]!, touching[other]!) &&
        !intersect(writing[other]!, touching[last]!),
    ),
  );
  const arrivalOfGroup = involved.map(({ effectCells }) => {
    if (effectCells === null) return 0;
    const cells = cellsOf(effectCells);
    return arrivals.leaving((rule) => !intersect(cells, touching[rule]!));
  });
  return { arrivalOf, arrivalOfGroup, left: arrivals.left };
}

/** Numbers the sets of rules that are left out. */
class Arrivals {
  readonly left: (readonly boolean[])[];
  readonly #rules: readonly number[];
  readonly #known = new Map<string, Arrival>();

  constructor(rules: number) {
    this.#rules = Array.from({ length: rules }, (_, rule) => rule);
    this.left = [];
    this.leaving(() => false);
  }

  leaving(isLeft: (rule: number) => boolean): Arrival {
    const left = this.#rules.map(isLeft);
    const key = left.map(Number).join("");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.left.length === ARRIVALS_MAX) return 0;
    this.#known.set(key, this.left.length);
    return this.left.push(left) - 1;
  }
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
