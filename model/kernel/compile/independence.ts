/**
 * Which commands need not be applied to a state that was found by a given command, because the same successors are
 * found another way.
 *
 * Let p' –b→ p be how p was found, and let command a commute with b: neither writes what the other tests or writes.
 * Then a is enabled at p' just as at p, and p' –a→ p'' –b→ leads to the same state as p –a→. If a comes before b in the
 * order of commands, it is left to p''. There b may be left to another state in turn, but only for the sake of a
 * command that comes after b; orders end, so some state of the level applies its command. Every state is still found,
 * in the level where it would be, and only repeats are saved. This is a sleep set that remembers one step (Godefroid,
 * "Partial-Order Methods for the Verification of Concurrent Systems", 1996, chapter 5; sleep sets alone never lose a
 * state).
 *
 * Commands by cases, and other steps of which all cells are known that they ask and write in some state, count as
 * commands that test and write all of them; they come after guarded commands in the order.
 *
 * Other steps are always applied. What their guards ask is not known, but if their action is persistent (model.ts; as a
 * transition of a Petri net is: Landweber and Robertson, "Properties of Conflict-Free and Persistent Petri Nets",
 * 1978), no command disables them that leaves their own cells alone. So they come last in the order, and a command that
 * has no cell in common with what their effects ask and write is left to p''.
 *
 * The argument in full: proofs-notes.md, "Commuting steps".
 */
import type { CaseCommand, GuardedCommand, InvolvedGroup } from "./command-book.js";

/**
 * How a state was found: 0 for no guarded command that anything commutes with, else which guarded commands it may leave
 * to others. Fits a byte.
 */
export type SleepSet = number;

const SLEEP_SETS_MAX = 256;

/** Commands are guarded commands, then commands by cases, then groups of involved steps. */
export interface Independence {
  /** sleepSetOf[command]: the sleep set of a state that the command leads to. */
  readonly sleepSetOf: readonly SleepSet[];
  /** left[sleepSet][command]: whether the command is left to another state. */
  readonly left: readonly (readonly boolean[])[];
}

/** By what commands are told apart: their order, and their cells. */
export interface CommandOrder {
  /** Of two commands that commute, the one of lower rank may be left to where the other led from. */
  readonly rankOf: (written: Iterable<number>, index: number) => number;
  /** Cells of the same number are taken for the same. */
  readonly cellOf: (cell: number) => number;
  /** Whether steps that are no guarded commands are left to others, and others to them. */
  readonly leavesSteps: boolean;
}

export const inOrder: CommandOrder = { rankOf: (_, index) => index, cellOf: (cell) => cell, leavesSteps: true };

/**
 * For searches that take every successor of a state, however it was found: all cells are taken for one, so nothing
 * commutes.
 */
export const noneLeft: CommandOrder = { rankOf: () => 0, cellOf: () => 0, leavesSteps: false };

/**
 * For searches up to a symmetry. A permutation lies between the state that b led to and the canonical form that is
 * expanded in its place, and it is not remembered which. So all is judged by what no permutation changes: the orbits of
 * the cells. Whether a step becomes guarded commands or not a permutation may change, and with it what it is taken to
 * write.
 */
export const upTo = (orbitOf: readonly number[]): CommandOrder => ({
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

/** What of a command book independence is about. */
interface Footprints {
  readonly guarded: readonly Pick<GuardedCommand, "tests" | "outcome">[];
  readonly cases: readonly Pick<CaseCommand, "footprint">[];
  readonly involved: readonly Pick<InvolvedGroup, "footprint" | "effectCells">[];
}

export function independenceOf(
  { guarded, cases, involved }: Footprints,
  { rankOf, cellOf, leavesSteps }: CommandOrder,
): Independence {
  const cellsOf = (cells: Iterable<number>): number[] => bitsOf(Array.from(cells, cellOf));
  const commandOf = (asked: Iterable<number>, written: Iterable<number>, index: number): Command => ({
    writing: cellsOf(written),
    touching: cellsOf([...asked, ...written]),
    rank: rankOf(written, index),
  });
  const commands: (Command | null)[] = guarded.map(({ tests, outcome }, index) =>
    commandOf([...tests.keys()], outcome.cells, index),
  );
  for (const { footprint } of [...cases, ...involved]) {
    const isKnown = footprint !== null && leavesSteps;
    commands.push(isKnown ? commandOf(footprint.asked, footprint.written, commands.length) : null);
  }
  const sleepSets = new SleepSets(commands);
  const sleepSetOf = commands.map((last, index) => {
    if (last !== null) return sleepSets.leaving((other) => other.rank < last.rank && areIndependent(last, other));
    const effectCells = involved[index - guarded.length - cases.length]?.effectCells ?? null;
    if (effectCells === null) return 0;
    const cells = cellsOf(effectCells);
    return sleepSets.leaving((other) => !intersect(cells, other.touching));
  });
  return { sleepSetOf, left: sleepSets.left };
}

/** Whether neither writes what the other tests or writes. */
const areIndependent = (a: Command, b: Command): boolean =>
  !intersect(a.writing, b.touching) && !intersect(b.writing, a.touching);

/** Numbers the sets of commands that are left out. */
class SleepSets {
  readonly left: (readonly boolean[])[];
  readonly #commands: readonly (Command | null)[];
  readonly #known = new Map<string, SleepSet>();

  constructor(commands: readonly (Command | null)[]) {
    this.#commands = commands;
    this.left = [];
    this.leaving(() => false);
  }

  leaving(isLeft: (command: Command) => boolean): SleepSet {
    const left = this.#commands.map((command) => command !== null && isLeft(command));
    const key = left.map(Number).join("");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.left.length === SLEEP_SETS_MAX) return 0;
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
