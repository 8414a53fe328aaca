/**
 * Which commands commute with a step, as sets of commands: neither writes what the other tests or writes.
 *
 * The search with graph (transitions.ts) looks at one step at a time, that by which a state was found, and at all
 * commands that may commute with it. Of each cell it is noted once which commands touch it and which write it; who does
 * not commute with a step is in the union over a few cells.
 */

import type { Model } from "../declaration/model.js";
import type { CaseCommand, GuardedCommand, InvolvedGroup } from "./command-book.js";
import { stepCount } from "./expand.js";
import type { Footprint } from "./footprint.js";
import { SET_WORD_BITS } from "./product-tables.js";

/** Command n is bit n % 32 of word n / 32. */
export type CommandSet = Int32Array;

type Command = GuardedCommand | CaseCommand | InvolvedGroup;

export class Commuting {
  /** The empty set. */
  readonly none: CommandSet;
  readonly #setWords: number;
  /** By cell: the commands that test or write it, and those that write it. */
  readonly #touching: readonly CommandSet[];
  readonly #writing: readonly CommandSet[];
  /** Commands whose cells are not known: nothing is known to commute with them. */
  readonly #unknown: CommandSet;
  /** Of each step, all that its commands have to do with: a guarded command is one way of several. */
  readonly #footprints: (Footprint | null | undefined)[];
  /** Of steps of persistent actions whose cells are not known: those of their effects. */
  readonly #effectCells = new Map<number, ReadonlySet<number>>();
  readonly #found: (CommandSet | undefined)[];

  /** @param commands by number */
  constructor({ actions, workspace }: Model, commands: readonly Command[]) {
    const emptySet = (): CommandSet => new Int32Array(this.#setWords);
    this.#setWords = Math.ceil(commands.length / SET_WORD_BITS);
    this.none = emptySet();
    this.#touching = Array.from(workspace.cells, emptySet);
    this.#writing = Array.from(workspace.cells, emptySet);
    this.#unknown = emptySet();
    this.#footprints = new Array(stepCount(actions));
    this.#found = new Array(stepCount(actions));
    for (const [number, command] of commands.entries()) this.#note(number, command);
  }

  #note(number: number, command: Command): void {
    const footprint = "outcome" in command ? footprintOfGuarded(command) : command.footprint;
    for (const step of "steps" in command ? command.steps.map(({ step }) => step) : [command.step]) {
      const others = this.#footprints[step];
      this.#footprints[step] = footprint === null || others === null ? null : joined(footprint, others);
      if ("effectCells" in command && command.effectCells !== null) this.#effectCells.set(step, command.effectCells);
    }
    if (footprint === null) {
      include(this.#unknown, number);
      return;
    }
    for (const cell of footprint.asked) include(this.#touching[cell]!, number);
    for (const cell of footprint.written) {
      include(this.#touching[cell]!, number);
      include(this.#writing[cell]!, number);
    }
  }

  /**
   * Commands that are enabled after the step iff they are before it, and that the step comes to the same after as
   * before.
   */
  with(step: number): CommandSet {
    this.#found[step] ??= this.#find(step);
    return this.#found[step];
  }

  #find(step: number): CommandSet {
    const dependent = this.#unknown.slice();
    const footprint = this.#footprints[step];
    const effectCells = this.#effectCells.get(step);
    if (footprint) {
      for (const cell of footprint.asked) unite(dependent, this.#writing[cell]!);
      for (const cell of footprint.written) unite(dependent, this.#touching[cell]!);
    } else if (effectCells !== undefined) {
      // Nothing disables it that leaves these alone: its action is persistent.
      for (const cell of effectCells) unite(dependent, this.#touching[cell]!);
    } else {
      dependent.fill(-1);
    }
    return dependent.map((word) => ~word);
  }
}

const footprintOfGuarded = ({ tests, outcome }: GuardedCommand): Footprint => ({
  asked: new Set(tests.keys()),
  written: new Set(outcome.cells),
});

const joined = (footprint: Footprint, others: Footprint | undefined): Footprint =>
  others === undefined
    ? footprint
    : {
        asked: new Set([...footprint.asked, ...others.asked]),
        written: new Set([...footprint.written, ...others.written]),
      };

function include(set: CommandSet, command: number): void {
  set[command >>> 5]! |= 1 << (command & 31);
}

function unite(set: CommandSet, other: CommandSet): void {
  for (let word = 0; word < set.length; word++) set[word]! |= other[word]!;
}
