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

/**
 * Writes successors of the state at `states[offset]` one after another into `successors` from `at` on, and returns
 * where they end. `successors` must have room for as many states as the model has steps. Left out are those that
 * another state of the same level leads to, as far as `sleepSet` tells: 0 leaves out none. sleepSets[n] is set to the
 * sleep set of the n-th state in `successors`.
 */
export type WriteSuccessors = (
  states: Int32Array,
  offset: number,
  sleepSet: SleepSet,
  successors: Int32Array,
  at: number,
  sleepSets: Uint8Array,
) => number;

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
  /** The same number for models of the same guarded commands; models of other guarded commands hardly ever have the same. */
  readonly fingerprint: number;
  readonly #counted = new Int32Array(1);
  readonly #everEnabled: Int32Array;
  /** Those of them whose actions have been noted. */
  readonly #noted: Int32Array;
  /** actionOf[n]: the number of command n's action. */
  readonly #actionOf: Int32Array;

  constructor(model: Model, order: CommandOrder) {
    const book = widestActionsFirst(guardedCommandsOf(checkedModel(model), "together"), model.actions);
    // Each kind has words of the set for itself.
    const kinds = [book.guarded, book.cases, book.involved];
    const all = kinds.flatMap(padded);
    const commands = new CommandTables(model.workspace, all);
    this.#everEnabled = new Int32Array(commands.setWordCount);
    this.#noted = new Int32Array(commands.setWordCount);
    this.#actionOf = actionsOf(model.actions, all);
    this.fingerprint = commands.fingerprint();
    const data: SuccessorsData = {
      ...commands.data,
      ...sleepSetTables(independenceOf(book, order), kinds),
      counted: this.#counted,
      everEnabled: this.#everEnabled,
    };
    const [guardedWords, caseWords] = [setWordsOf(book.guarded), setWordsOf(book.cases)];
    this.write = new Function("data", sourceOf(commands, guardedWords, caseWords))(data) as WriteSuccessors;
  }

  /** How many successors states have had since it was asked last, those left out included. */
  takeCount(): number {
    const count = this.#counted[0]!;
    this.#counted[0] = 0;
    return count;
  }

  /** Sets takenActions[a] to 1 for every action a that was enabled in some state since the start. */
  noteActions(takenActions: Uint8Array): void {
    for (const [setWord, enabled] of this.#everEnabled.entries()) {
      let fresh = enabled & ~this.#noted[setWord]!;
      this.#noted[setWord] = enabled;
      for (; fresh !== 0; fresh &= fresh - 1) {
        const bit = 31 - Math.clz32(fresh & -fresh);
        takenActions[this.#actionOf[setWord * SET_WORD_BITS + bit]!] = 1;
      }
    }
  }
}

/**
 * The order of commands decides which of those that commute are left to other states (independence.ts). Any would do. Actions that
 * write many cells commute with few others; with these first, the register model of 3 servers and 4 sets writes 80,640 successors,
 * and with these last 131,145.
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

/** All steps of a command are of one action. */
function actionsOf(actions: readonly Action[], commands: readonly Command[]): Int32Array {
  const ends = firstSteps(actions).slice(1);
  return Int32Array.from(commands, (command) => {
    if (command === null) return -1;
    const step = "steps" in command ? command.steps[0]!.step : command.step;
    return ends.findIndex((end) => step < end);
  });
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

/**
 * The code of WriteSuccessors. Loops, not the same once more for every word of the set: the compiler takes its time for long
 * code, and small explorations are over by then.
 */
function sourceOf(commands: CommandTables, guardedWords: number, caseWords: number): string {
  const setWords = commands.setWordCount;
  const memoFrom = guardedWords + caseWords;
  const loopOver = (from: number, end: number, outcome: string): string => `
    for (let setWord = ${from}; setWord < ${end}; setWord++) {
      enabled = enabledIn[setWord];
      if (enabled === 0) continue;
      // Counts the bits.
      rest = enabled - ((enabled >>> 1) & 0x55555555);
      rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
      count += Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
      everEnabled[setWord] |= enabled;
      enabled &= applied[sleepSet * ${setWords} + setWord];
      while (enabled !== 0) {
        bit = 31 - Math.clz32(enabled);
        enabled ^= 1 << bit;
        command = setWord * ${SET_WORD_BITS} + bit;
        ${outcome}
        sleepSets[${commands.codeOfIndex()}] = sleepSetOf[command];
        ${commands.codeOfSuccessor()}
      }
    }`;
  return `return function writeSuccessors(states, offset, sleepSet, successors, at, sleepSets) {
    // Local, so that the compiler need not suspect that anybody changes them meanwhile.
    const { tables, applied, sleepSetOf, outcomes, memoized, counted, everEnabled, enabledIn } = data;
    ${caseWords > 0 ? "const { caseFirst, caseWord, caseShift, caseMask } = data;" : ""}
    const { keep, set } = outcomes;
    let enabled = 0, rest = 0, count = 0, bit = 0, command = 0, outcome = 0;
    ${commands.codeOfEnabled()}
    ${loopOver(0, guardedWords, "outcome = command;")}
    ${caseWords > 0 ? loopOver(guardedWords, memoFrom, commands.codeOfCase()) : ""}
    ${memoFrom < setWords ? loopOverMemoized(commands, memoFrom) : ""}
    counted[0] += count;
    return at;
  };`;
}

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
