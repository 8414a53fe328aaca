/**
 * From a packed state to its packed successors: the inner loop of every search that does not keep the graph.
 *
 * Rules (rules.ts) are found by table look-up, all that are enabled at once, and applied by masks; steps that are no rules are
 * asked and remembered (memoized-steps.ts). Code that is written out step by step instead takes the compiler longer than a small
 * exploration takes, and the processor cannot predict its branches: measured on 3 servers and 5 sets, README of model/bench.
 */
import { checkedModel } from "../declaration/checked-model.js";
import type { Action, Model } from "../declaration/model.js";
import { type Command, type CommandData, CommandTables } from "./command-tables.js";
import { firstSteps } from "./expand.js";
import { type Arrival, type Independence, independenceOf, type RuleOrder } from "./independence.js";
import { SET_WORD_BITS } from "./rule-tables.js";
import { type CaseRule, type Rule, type RuleBook, rulesOf } from "./rules.js";

/**
 * Writes successors of the state at `states[offset]` one after another into `successors` from `at` on, and returns where they
 * end. `successors` must have room for as many states as the model has steps. Left out are those that another state of the same
 * level leads to, as far as `arrival` tells: 0 leaves out none. arrivals[n] is set to the arrival of the n-th state in `successors`.
 */
export type WriteSuccessors = (
  states: Int32Array,
  offset: number,
  arrival: Arrival,
  successors: Int32Array,
  at: number,
  arrivals: Uint8Array,
) => number;

/** What the code of WriteSuccessors works with. */
interface SuccessorsData extends CommandData {
  /** Word w of the set of commands that are applied to a state of this arrival: applied[arrival * setWords + w]. */
  readonly applied: Int32Array;
  /** arrivalOf[n]: the arrival of states that command n leads to. */
  readonly arrivalOf: Uint8Array;
  /** Every successor so far, those left out too, with repeats: one number. */
  readonly counted: Int32Array;
  /** A set of commands: those that were enabled in some state. */
  readonly everEnabled: Int32Array;
}

export class Successors {
  readonly write: WriteSuccessors;
  /** The same number for models of the same rules; models of other rules hardly ever have the same. */
  readonly fingerprint: number;
  readonly #counted = new Int32Array(1);
  readonly #everEnabled: Int32Array;
  /** Those of them whose actions have been noted. */
  readonly #noted: Int32Array;
  /** actionOf[n]: the number of command n's action. */
  readonly #actionOf: Int32Array;

  constructor(model: Model, order: RuleOrder) {
    const book = widestActionsFirst(rulesOf(checkedModel(model), "together"), model.actions);
    // Each kind has words of the set for itself.
    const kinds = [book.rules, book.cases, book.involved];
    const all = kinds.flatMap(padded);
    const commands = new CommandTables(model.workspace, all);
    this.#everEnabled = new Int32Array(commands.setWordCount);
    this.#noted = new Int32Array(commands.setWordCount);
    this.#actionOf = actionsOf(model.actions, all);
    this.fingerprint = commands.fingerprint();
    const data: SuccessorsData = {
      ...commands.data,
      ...arrivalTables(independenceOf(book, order), kinds),
      counted: this.#counted,
      everEnabled: this.#everEnabled,
    };
    const [ruleWords, caseWords] = [setWordsOf(book.rules), setWordsOf(book.cases)];
    this.write = new Function("data", sourceOf(commands, ruleWords, caseWords))(data) as WriteSuccessors;
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
function widestActionsFirst(book: RuleBook, actions: readonly Action[]): RuleBook {
  const ends = firstSteps(actions).slice(1);
  const actionOf = ({ step }: Rule | CaseRule): number => ends.findIndex((end) => step < end);
  const cellsWritten = new Float64Array(actions.length);
  const note = (command: Rule | CaseRule, cells: number): void => {
    const action = actionOf(command);
    cellsWritten[action] = Math.max(cellsWritten[action]!, cells);
  };
  for (const rule of book.rules) note(rule, rule.outcome.cells.length);
  for (const command of book.cases) note(command, command.footprint.written.size);
  const sorted = <Kind extends Rule | CaseRule>(commands: readonly Kind[]): Kind[] =>
    commands
      .map((command) => ({ command, cells: cellsWritten[actionOf(command)]! }))
      .sort((a, b) => b.cells - a.cells)
      .map(({ command }) => command);
  return { ...book, rules: sorted(book.rules), cases: sorted(book.cases) };
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

function arrivalTables(
  { arrivalOf, left }: Independence,
  kinds: readonly (readonly Command[])[],
): Pick<SuccessorsData, "applied" | "arrivalOf"> {
  // Commands are numbered without the padding there.
  const bits = kinds.flatMap(padded).flatMap((command, bit) => (command === null ? [] : [bit]));
  const setWords = kinds.reduce((sum, commands) => sum + setWordsOf(commands), 0);
  const applied = new Int32Array(left.length * setWords);
  for (const [arrival, leaves] of left.entries()) {
    for (const [command, isLeft] of leaves.entries()) {
      const bit = bits[command]!;
      if (!isLeft) applied[arrival * setWords + (bit >>> 5)]! |= 1 << (bit & 31);
    }
  }
  const arrivalOfBit = new Uint8Array(setWords * SET_WORD_BITS);
  for (const [command, arrival] of arrivalOf.entries()) arrivalOfBit[bits[command]!] = arrival;
  return { applied, arrivalOf: arrivalOfBit };
}

/**
 * The code of WriteSuccessors. Loops, not the same once more for every word of the set: the compiler takes its time for long
 * code, and small explorations are over by then.
 */
function sourceOf(commands: CommandTables, ruleWords: number, caseWords: number): string {
  const setWords = commands.setWordCount;
  const memoFrom = ruleWords + caseWords;
  const loopOver = (from: number, end: number, outcome: string): string => `
    for (let setWord = ${from}; setWord < ${end}; setWord++) {
      enabled = enabledIn[setWord];
      if (enabled === 0) continue;
      // Counts the bits.
      rest = enabled - ((enabled >>> 1) & 0x55555555);
      rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
      count += Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
      everEnabled[setWord] |= enabled;
      enabled &= applied[arrival * ${setWords} + setWord];
      while (enabled !== 0) {
        bit = 31 - Math.clz32(enabled);
        enabled ^= 1 << bit;
        command = setWord * ${SET_WORD_BITS} + bit;
        ${outcome}
        arrivals[${commands.codeOfIndex()}] = arrivalOf[command];
        ${commands.codeOfSuccessor()}
      }
    }`;
  return `return function writeSuccessors(states, offset, arrival, successors, at, arrivals) {
    // Local, so that the compiler need not suspect that anybody changes them meanwhile.
    const { tables, applied, arrivalOf, outcomes, memoized, counted, everEnabled, enabledIn } = data;
    ${caseWords > 0 ? "const { caseFirst, caseWord, caseShift, caseMask } = data;" : ""}
    const { keep, set } = outcomes;
    let enabled = 0, rest = 0, count = 0, bit = 0, command = 0, outcome = 0;
    ${commands.codeOfEnabled()}
    ${loopOver(0, ruleWords, "outcome = command;")}
    ${caseWords > 0 ? loopOver(ruleWords, memoFrom, commands.codeOfCase()) : ""}
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
        const isApplied = (applied[arrival * ${commands.setWordCount} + setWord] >>> bit) & 1;
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
            arrivals[${commands.codeOfIndex()}] = arrivalOf[command];
            ${commands.codeOfSuccessor()}
          }
        }
      }
    }`;
