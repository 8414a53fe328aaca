/**
 * The commands of a model, guarded commands, commands by cases and memoized steps, as the data that generated code
 * works with: one bit each.
 */
import { firstBits } from "../declaration/bits.js";
import type { Layout, Workspace } from "../declaration/workspace.js";
import { memoryContextOf } from "./closure-memory.js";
import type { CaseCommand, GuardedCommand, InvolvedGroup } from "./command-book.js";
import { MemoizedSteps, type StepMemoryContext } from "./memoized-steps.js";
import { OutcomeTable } from "./outcome-table.js";
import { codeOfRows, codeOfSetWord, type ProductTables, productTablesOf, SET_WORD_BITS } from "./product-tables.js";

/** What a bit of the set of enabled commands stands for; null for none. */
export type Command = GuardedCommand | CaseCommand | InvolvedGroup | null;

/** What generated code works with. */
export interface CommandData {
  readonly tables: Int32Array;
  /** Outcome n is that of command n, if it is a guarded command; those of others follow. */
  readonly outcomes: OutcomeTable;
  /** Where the cell of command n stands, if it is a command by cases: caseWord[n], caseShift[n] and caseMask[n]. */
  readonly caseWord: Int32Array;
  readonly caseShift: Int32Array;
  readonly caseMask: Int32Array;
  /** The outcome of command n where its cell holds c is caseFirst[n] + c; -1 if it is no command by cases. */
  readonly caseFirst: Int32Array;
  /** memoized[n]: the steps of command n, or null if it is a guarded command. */
  readonly memoized: readonly (MemoizedSteps | null)[];
  /** Room for the words of the set of what is enabled. */
  readonly enabledIn: Int32Array;
}

export class CommandTables {
  readonly data: CommandData;
  readonly setWordCount: number;
  readonly #commands: readonly Command[];
  readonly #tables: ProductTables;
  readonly #layout: Layout;

  constructor(workspace: Workspace, commands: readonly Command[]) {
    const { layout } = workspace;
    this.#commands = commands;
    this.#layout = layout;
    this.#tables = productTablesOf(
      commands.map((command) => command ?? { tests: new Map() }),
      layout,
    );
    this.setWordCount = this.#tables.setWordCount;
    const outcomes = new OutcomeTable(
      layout,
      commands.map((command) => (command !== null && "outcome" in command ? command.outcome : null)),
    );
    const context: StepMemoryContext = { ...memoryContextOf(workspace), numbers: outcomes };
    this.data = {
      tables: this.#tables.tables,
      outcomes,
      ...caseTables(commands, layout, outcomes),
      memoized: commands.map((command) =>
        command !== null && "steps" in command ? new MemoizedSteps(context, command.steps) : null,
      ),
      enabledIn: new Int32Array(this.setWordCount),
    };
  }

  /**
   * The same number for the same commands, as long as nothing has been remembered; others hardly ever have the same.
   */
  fingerprint(): number {
    let fingerprint = 0;
    for (const array of [this.data.tables, this.data.outcomes.keep, this.data.outcomes.set]) {
      for (const number of array) fingerprint = Math.imul(fingerprint ^ number, 0x85ebca6b) ^ (fingerprint >>> 13);
    }
    return fingerprint;
  }

  /**
   * Code that puts the words of the state at `states[offset]` into word0, word1, .. and the set of enabled commands, as
   * far as tables can tell, into enabledIn:
   *
   *     const word0 = states[offset + 0];
   *     const row0 = 0 + ((word0 >>> 0) & 255) * 1;
   *     const row1 = 256 + ((word0 >>> 8) & 15) * 1;
   *     enabledIn[0] = tables[row0 + 0] & tables[row1 + 0] & 1023;
   */
  codeOfEnabled(): string {
    const words = this.#words.map((word) => `const word${word} = states[offset + ${word}];`);
    const sets = Array.from({ length: this.setWordCount }, (_, setWord) => {
      const enabled = [...codeOfSetWord(this.#tables.pieces, setWord), this.#commandsOf(setWord)];
      return `enabledIn[${setWord}] = ${enabled.join(" & ")};`;
    });
    return [...words, codeOfRows(this.#tables.pieces), ...sets].join("\n");
  }

  /**
   * Code that finds the outcome of a command by cases, by its number:
   *
   *     outcome = caseFirst[command] + ((states[offset + caseWord[command]] >>> caseShift[command]) &
   *     caseMask[command]);
   */
  codeOfCase(): string {
    const content = "(states[offset + caseWord[command]] >>> caseShift[command]) & caseMask[command]";
    return `outcome = caseFirst[command] + (${content});`;
  }

  /**
   * Code that writes the state after an outcome, by its number, to successors[at], and moves `at` on:
   *
   *     successors[at + 0] = (word0 & keep[outcome * 2 + 0]) | set[outcome * 2 + 0];
   *     successors[at + 1] = (word1 & keep[outcome * 2 + 1]) | set[outcome * 2 + 1];
   *     at += 2;
   */
  codeOfSuccessor(): string {
    const width = this.#layout.wordCount;
    const place = (word: number): string => (width === 1 ? "outcome" : `outcome * ${width} + ${word}`);
    const lines = this.#words.map(
      (word) => `successors[at + ${word}] = (word${word} & keep[${place(word)}]) | set[${place(word)}];`,
    );
    return [...lines, `at += ${width};`].join("\n");
  }

  /** The number of the state that begins at `at`, in code: `at`, `at >>> 1` or `at / 3`, by the words of a state. */
  codeOfIndex(): string {
    const width = this.#layout.wordCount;
    if (width === 1) return "at";
    return (width & (width - 1)) === 0 ? `at >>> ${Math.log2(width)}` : `at / ${width}`;
  }

  get #words(): number[] {
    return Array.from({ length: this.#layout.wordCount }, (_, word) => word);
  }

  /** The bits of a word of the set that stand for a command. */
  #commandsOf(setWord: number): number {
    return this.#commands
      .slice(setWord * SET_WORD_BITS, (setWord + 1) * SET_WORD_BITS)
      .reduce((bits, command, bit) => (command === null ? bits : bits | (1 << bit)), 0);
  }
}

function caseTables(
  commands: readonly Command[],
  { wordOf, shiftOf, bitsOf }: Layout,
  outcomes: OutcomeTable,
): Pick<CommandData, "caseWord" | "caseShift" | "caseMask" | "caseFirst"> {
  const tables = {
    caseWord: new Int32Array(commands.length),
    caseShift: new Int32Array(commands.length),
    caseMask: new Int32Array(commands.length),
    caseFirst: new Int32Array(commands.length).fill(-1),
  };
  for (const [index, command] of commands.entries()) {
    if (command === null || !("cell" in command)) continue;
    tables.caseWord[index] = wordOf[command.cell]!;
    tables.caseShift[index] = shiftOf[command.cell]!;
    tables.caseMask[index] = firstBits(bitsOf[command.cell]!);
    tables.caseFirst[index] = outcomes.addAll(command.outcomes);
  }
  return tables;
}
