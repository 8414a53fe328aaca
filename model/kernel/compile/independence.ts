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
 * Rules by cases, and other steps of which all cells are known that they ask and write in some state, count as rules that test
 * and write all of them; they come after the rules in the order.
 *
 * Other steps are always applied. What their guards ask is not known, but if their action is persistent (model.ts; as
 * a transition of a Petri net is: Landweber and Robertson, "Properties of Conflict-Free and Persistent Petri Nets", 1978), no
 * rule disables them that leaves their own cells alone. So they come last in the order, and a rule that has no cell in
 * common with what their effects ask and write is left to p''.
 *
 * The argument in full: proofs-notes.md, "Commuting steps".
 */
import type { CaseRule, InvolvedGroup, Rule } from "./rules.js";

/** How a state was found: 0 for no rule that anything commutes with, else which rules it may leave to others. Fits a byte. */
export type Arrival = number;

const ARRIVALS_MAX = 256;

/** Commands are rules, then rules by cases, then groups of involved steps. */
export interface Independence {
  /** arrivalOf[command]: the arrival of a state that the command leads to. */
  readonly arrivalOf: readonly Arrival[];
  /** left[arrival][command]: whether the command is left to another state. */
  readonly left: readonly (readonly boolean[])[];
}

/** By what commands are told apart: their order, and their cells. */
export interface RuleOrder {
  /** Of two commands that commute, the one of lower rank may be left to where the other led from. */
  readonly rankOf: (written: Iterable<number>, index: number) => number;
  /** Cells of the same number are taken for the same. */
  readonly cellOf: (cell: number) => number;
  /** Whether steps that are no plain rules are left to others, and others to them. */
  readonly leavesSteps: boolean;
}

export const inOrder: RuleOrder = { rankOf: (_, index) => index, cellOf: (cell) => cell, leavesSteps: true };

/** For searches that take every successor of a state, however it was found: all cells are taken for one, so nothing commutes. */
export const noneLeft: RuleOrder = { rankOf: () => 0, cellOf: () => 0, leavesSteps: false };

/**
 * For searches up to a symmetry. A permutation lies between the state that b led to and the canonical form that is expanded in
 * its place, and nobody remembers which. So all is judged by what no permutation changes: the orbits of the cells. Whether a step
 * becomes plain rules or not a permutation may change, and with it what it is taken to write.
 */
export const upTo = (orbitOf: readonly number[]): RuleOrder => ({
  rankOf: (written) => Math.max(-1, ...Array.from(written, (cell) => orbitOf[cell]!)),
  cellOf: (cell) => orbitOf[cell]!,
  leavesSteps: false,
});

/** A command whose cells are known. */
interface Command {
  /** Sets of cells. */
  readonly writing: readonly number[];
  readonly touching: readonly number[];
  readonly rank: number;
}

/** What of a rule book independence is about. */
interface Footprints {
  readonly rules: readonly Pick<Rule, "tests" | "outcome">[];
  readonly cases: readonly Pick<CaseRule, "footprint">[];
  readonly involved: readonly Pick<InvolvedGroup, "footprint" | "effectCells">[];
}

export function independenceOf(
  { rules, cases, involved }: Footprints,
  { rankOf, cellOf, leavesSteps }: RuleOrder,
): Independence {
  const cellsOf = (cells: Iterable<number>): number[] => bitsOf(Array.from(cells, cellOf));
  const commandOf = (asked: Iterable<number>, written: Iterable<number>, index: number): Command => ({
    writing: cellsOf(written),
    touching: cellsOf([...asked, ...written]),
    rank: rankOf(written, index),
  });
  const commands: (Command | null)[] = rules.map(({ tests, outcome }, index) =>
    commandOf([...tests.keys()], outcome.cells, index),
  );
  for (const { footprint } of [...cases, ...involved]) {
    const isKnown = footprint !== null && leavesSteps;
    commands.push(isKnown ? commandOf(footprint.asked, footprint.written, commands.length) : null);
  }
  const arrivals = new Arrivals(commands);
  const arrivalOf = commands.map((last, index) => {
    if (last !== null) return arrivals.leaving((other) => other.rank < last.rank && areIndependent(last, other));
    const effectCells = involved[index - rules.length - cases.length]?.effectCells ?? null;
    if (effectCells === null) return 0;
    const cells = cellsOf(effectCells);
    return arrivals.leaving((other) => !intersect(cells, other.touching));
  });
  return { arrivalOf, left: arrivals.left };
}

/** Whether neither writes what the other tests or writes. */
const areIndependent = (a: Command, b: Command): boolean =>
  !intersect(a.writing, b.touching) && !intersect(b.writing, a.touching);

/** Numbers the sets of commands that are left out. */
class Arrivals {
  readonly left: (readonly boolean[])[];
  readonly #commands: readonly (Command | null)[];
  readonly #known = new Map<string, Arrival>();

  constructor(commands: readonly (Command | null)[]) {
    this.#commands = commands;
    this.left = [];
    this.leaving(() => false);
  }

  leaving(isLeft: (command: Command) => boolean): Arrival {
    const left = this.#commands.map((command) => command !== null && isLeft(command));
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
