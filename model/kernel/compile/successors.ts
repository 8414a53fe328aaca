/**
 * From a packed state to its packed successors: the inner loop of every search that does not keep the graph.
 *
 * Guarded commands (guarded-commands.ts) are found by table look-up, all that are enabled at once, and applied by
 * masks; steps that are no guarded commands are asked and remembered (memoized-steps.ts). Code that is written out step
 * by step instead takes the compiler longer than a small exploration takes, and the processor cannot predict its
 * branches: measured on 3 servers and 5 sets, README of model/bench.
 */
import { checkedModel } from "../declaration/checked-model.js";
import type { Action, Model } from "../declaration/model.js";
import type { CaseCommand, CommandBook, GuardedCommand } from "./command-book.js";
import { type Command, type CommandData, CommandTables } from "./command-tables.js";
import { firstSteps } from "./expand.js";
import { guardedCommandsOf } from "./guarded-commands.js";
import { type CommandOrder, type Independence, independenceOf, type SleepSet } from "./independence.js";
import { SET_WORD_BITS } from "./product-tables.js";
import { TakenActions } from "./taken-actions.js";

/** Room for packed states, one after another, and sleepSets[n]: the sleep set of the n-th. */
export interface SuccessorBatch {
  readonly states: Int32Array;
  readonly sleepSets: Uint8Array;
}

/**
 * Writes successors of the state at `states[offset]` one after another into the batch from word `at` on, and returns
 * where they end. The batch must have room for as many states as the model has steps. Left out are those that another
 * state of the same level leads to, as far as `sleepSet` tells: 0 leaves out none.
 */
export type WriteSuccessors = (
  states: Int32Array,
  offset: number,
  sleepSet: SleepSet,
  batch: SuccessorBatch,
  at: number,
) => number;

/** Of the set of commands, words that stand for each kind: guarded commands, commands by cases, memoized steps. */
interface SetWords {
  readonly guarded: number;
  readonly cases: number;
  readonly memoized: number;
}

/** What the code of WriteSuccessors works with. */
interface SuccessorsData extends CommandData {
  /** Word w of the set of commands that are applied to a state of this sleep set: applied[sleepSet * setWords + w]. */
  readonly applied: Int32Array;
  /** sleepSetOf[n]: the sleep set of states that command n leads to. */
  readonly sleepSetOf: Uint8Array;
  /** Every successor so far, those left out too, with repeats: one number. */
  readonly counted: Int32Array;
  /** A set of commands: those that were enabled in some state. */
  readonly everEnabled: Int32Array;
}

export class Successors {
  readonly write: WriteSuccessors;
  /**
   * The same number for models of the same guarded commands; models of other guarded commands hardly ever have the
   * same.
   */
  readonly fingerprint: number;
  readonly #counted = new Int32Array(1);
  readonly #taken: TakenActions;

  constructor(model: Model, order: CommandOrder) {
    const book = widestActionsFirst(guardedCommandsOf(checkedModel(model), "together"), model.actions);
    // Each kind has words of the set for itself.
    const kinds = [book.guarded, book.cases, book.involved];
    const all = kinds.flatMap(padded);
    const commands = new CommandTables(model.workspace, all);
    this.#taken = new TakenActions(model.actions, all);
    this.fingerprint = commands.fingerprint();
    const data: SuccessorsData = {
      ...commands.data,
      ...sleepSetTables(independenceOf(book, order), kinds),
      counted: this.#counted,
      everEnabled: this.#taken.everEnabled,
    };
    const [guarded, cases, memoized] = kinds.map(setWordsOf) as [number, number, number];
    this.write = new Function("data", sourceOf(commands, { guarded, cases, memoized }))(data) as WriteSuccessors;
  }

  /** How many successors states have had since it was asked last, those left out included. */
  takeCount(): number {
    const count = this.#counted[0]!;
    this.#counted[0] = 0;
    return count;
  }

  /** Sets takenActions[a] to 1 for every action a that was enabled in some state since the start. */
  noteActions(takenActions: Uint8Array): void {
    this.#taken.note(takenActions);
  }
}

/**
 * The order of commands decides which of those that commute are left to other states (independence.ts). Any would do.
 * Actions that write many cells commute with few others; with these first, the register model of 3 servers and 4 sets
 * writes 80,640 successors, and with these last 131,145.
 */
function widestActionsFirst(book: CommandBook, actions: readonly Action[]): CommandBook {
  const ends = firstSteps(actions).slice(1);
  const actionOf = ({ step }: GuardedCommand | CaseCommand): number => ends.findIndex((end) => step < end);
  const cellsWritten = new Float64Array(actions.length);
  const note = (command: GuardedCommand | CaseCommand, cells: number): void => {
    const action = actionOf(command);
    cellsWritten[action] = Math.max(cellsWritten[action]!, cells);
  };
  for (const command of book.guarded) note(command, command.outcome.cells.length);
  for (const command of book.cases) note(command, command.footprint.written.size);
  const sorted = <Kind extends GuardedCommand | CaseCommand>(commands: readonly Kind[]): Kind[] =>
    commands
      .map((command) => ({ command, cells: cellsWritten[actionOf(command)]! }))
      .sort((a, b) => b.cells - a.cells)
      .map(({ command }) => command);
  return { ...book, guarded: sorted(book.guarded), cases: sorted(book.cases) };
}

const setWordsOf = (commands: readonly Command[]): number => Math.ceil(commands.length / SET_WORD_BITS);

/** Up to a whole word of the set. */
const padded = (commands: readonly Command[]): Command[] =>
  Array.from({ length: setWordsOf(commands) * SET_WORD_BITS }, (_, bit) => commands[bit] ?? null);

function sleepSetTables(
  { sleepSetOf, left }: Independence,
  kinds: readonly (readonly Command[])[],
): Pick<SuccessorsData, "applied" | "sleepSetOf"> {
  // Commands are numbered without the padding there.
  const bits = kinds.flatMap(padded).flatMap((command, bit) => (command === null ? [] : [bit]));
  const setWords = kinds.reduce((sum, commands) => sum + setWordsOf(commands), 0);
  const applied = new Int32Array(left.length * setWords);
  for (const [sleepSet, leaves] of left.entries()) {
    for (const [command, isLeft] of leaves.entries()) {
      const bit = bits[command]!;
      if (!isLeft) applied[sleepSet * setWords + (bit >>> 5)]! |= 1 << (bit & 31);
    }
  }
  const sleepSetOfBit = new Uint8Array(setWords * SET_WORD_BITS);
  for (const [command, sleepSet] of sleepSetOf.entries()) sleepSetOfBit[bits[command]!] = sleepSet;
  return { applied, sleepSetOf: sleepSetOfBit };
}

/** Words of the set of commands, from the first to before `end`, and how the outcome of such a command is found. */
interface Loop {
  readonly first: number;
  readonly end: number;
  readonly outcome: string;
}

/**
 * The code of WriteSuccessors. Loops, not the same once more for every word of the set: the compiler takes its time for
 * long code, and small explorations are over by then. model/README.md shows that of a lock; in short:
 *
 *     return function writeSuccessors(states, offset, sleepSet, batch, at) {
 *       const { keep, set } = outcomes;
 *       enabledIn[0] = tables[row0 + 0] & 31;
 *       for (let setWord = 0; setWord < 1; setWord++) { .. }
 *       counted[0] += count;
 *       return at;
 *     };
 */
function sourceOf(commands: CommandTables, words: SetWords): string {
  const casesFrom = words.guarded;
  const memoFrom = words.guarded + words.cases;
  const guardedLoop = { first: 0, end: casesFrom, outcome: "outcome = command;" };
  const caseLoop = { first: casesFrom, end: memoFrom, outcome: commands.codeOfCase() };
  return `return function writeSuccessors(states, offset, sleepSet, batch, at) {
    // Local, so that the compiler need not suspect that anybody changes them meanwhile.
    const { states: successors, sleepSets } = batch;
    const { tables, applied, sleepSetOf, outcomes, memoized, counted, everEnabled, enabledIn } = data;
    ${words.cases > 0 ? "const { caseFirst, caseWord, caseShift, caseMask } = data;" : ""}
    const { keep, set } = outcomes;
    let enabled = 0, rest = 0, count = 0, bit = 0, command = 0, outcome = 0;
    ${commands.codeOfEnabled()}
    ${loopOver(commands, guardedLoop)}
    ${words.cases > 0 ? loopOver(commands, caseLoop) : ""}
    ${words.memoized > 0 ? loopOverMemoized(commands, memoFrom) : ""}
    counted[0] += count;
    return at;
  };`;
}

/**
 * The code that counts and applies commands with one outcome:
 *
 *     for (let setWord = 0; setWord < 1; setWord++) {
 *       enabled = enabledIn[setWord];
 *       .. counts its bits ..
 *       enabled &= applied[sleepSet * 1 + setWord];
 *       while (enabled !== 0) {
 *         bit = 31 - Math.clz32(enabled);
 *         enabled ^= 1 << bit;
 *         command = setWord * 32 + bit;
 *         outcome = command;
 *         sleepSets[at] = sleepSetOf[command];
 *         .. writes the successor ..
 *       }
 *     }
 */
const loopOver = (commands: CommandTables, { first, end, outcome }: Loop): string => `
    for (let setWord = ${first}; setWord < ${end}; setWord++) {
      enabled = enabledIn[setWord];
      if (enabled === 0) continue;
      // Counts the bits.
      rest = enabled - ((enabled >>> 1) & 0x55555555);
      rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
      count += Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
      everEnabled[setWord] |= enabled;
      enabled &= applied[sleepSet * ${commands.setWordCount} + setWord];
      while (enabled !== 0) {
        bit = 31 - Math.clz32(enabled);
        enabled ^= 1 << bit;
        command = setWord * ${SET_WORD_BITS} + bit;
        ${outcome}
        sleepSets[${commands.codeOfIndex()}] = sleepSetOf[command];
        ${commands.codeOfSuccessor()}
      }
    }`;

/**
 * The code that applies all that a group of memoized steps leads to, one after another:
 *
 *     for (let steps = memoized[command], next = null; steps !== null; steps = next) {
 *       const taken = steps.takenIn(states, offset);
 *       for (let member = first[taken]; member < first[taken + 1]; member++) {
 *         outcome = members[member];
 *         .. writes the successor ..
 *       }
 *     }
 */
const loopOverMemoized = (commands: CommandTables, from: number): string => `
    for (let setWord = ${from}; setWord < ${commands.setWordCount}; setWord++) {
      enabled = enabledIn[setWord];
      while (enabled !== 0) {
        bit = 31 - Math.clz32(enabled);
        enabled ^= 1 << bit;
        command = setWord * ${SET_WORD_BITS} + bit;
        const isApplied = (applied[sleepSet * ${commands.setWordCount} + setWord] >>> bit) & 1;
        for (let steps = memoized[command], next = null; steps !== null; steps = next) {
          // There may be another one afterwards.
          next = steps.next;
          const taken = steps.takenIn(states, offset);
          const { keep, set, first, members } = outcomes;
          if (first[taken + 1] > first[taken]) everEnabled[setWord] |= 1 << bit;
          count += first[taken + 1] - first[taken];
          if (isApplied === 0) continue;
          for (let member = first[taken]; member < first[taken + 1]; member++) {
            outcome = members[member];
            sleepSets[${commands.codeOfIndex()}] = sleepSetOf[command];
            ${commands.codeOfSuccessor()}
          }
        }
      }
    }`;
