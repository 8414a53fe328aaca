/**
 * Writes conditions of a model as code over packed words: tests of bits where symbolic execution
 * (symbolic-execution.ts) finds what a condition depends on, and what its closure has said before (closure-memory.ts)
 * where it is too involved for that.
 */
import { firstBits } from "../declaration/bits.js";
import type { Condition, Guard } from "../declaration/model.js";
import type { Workspace } from "../declaration/workspace.js";
import { type MemoryContext, memoryContextOf, RememberedAnswer } from "./closure-memory.js";
import { type ContentSet, contentsIn, differenceOf, isSingle, unionOf } from "./content-set.js";
import { type DecisionTree, executeSymbolically } from "./symbolic-execution.js";

/** Ways through a condition that are executed and written out; beyond, code grows faster than it saves. */
const RUNS_MAX = 64;

/** Ranges of contents that a condition may tell apart, for the same reason. */
const RANGES_MAX = 256;

/** Conditions over parameters, and what is done for each of their instances that holds. */
export interface Instances {
  /** Closures have names that begin with it. */
  readonly name: string;
  /** How many values each parameter has. */
  readonly sizes: readonly number[];
  readonly conditions: readonly Condition[];
  /** Code. */
  readonly instance: string;
}

/**
 * Code written by this class reads the state from the constants word0, word1, .. and uses memories and closures by
 * their names. Closures read the workspace, which is loaded with the state before the first of them is called.
 */
export class ConditionCode {
  /** Name in the generated code → what it stands for. */
  readonly #named = new Map<string, Guard | RememberedAnswer>();
  readonly #workspace: Workspace;
  readonly #memories: MemoryContext;
  /** Code that had too many outcomes: it will have no fewer for other parameters, and trying costs time. */
  readonly #tooInvolved = new Set<unknown>();
  #labelCount = 0;
  #memoryCount = 0;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.#memories = memoryContextOf(workspace);
  }

  /**
   * The function `name(states, offset)` with this body:
   *
   *     return function judge(states, offset) {
   *       let isLoaded = false, answer = 0;
   *       const word0 = states[offset + 0];
   *       .. body ..
   *     };
   */
  compile(name: string, body: string): unknown {
    const words = Array.from(
      { length: this.#workspace.layout.wordCount },
      (_, word) => `const word${word} = states[offset + ${word}];\n`,
    );
    const source = `return function ${name}(states, offset) {\nlet isLoaded = false, answer = 0;\n${words.join("")}${body}};`;
    const make = new Function("workspace", ...this.#named.keys(), source);
    return make(this.#workspace, ...this.#named.values());
  }

  /**
   * The code of an instance for all values of the parameters, behind the conditions: each is asked as soon as the
   * parameters that it takes are known. Two conditions, the second of which takes a parameter of two values, and is too
   * involved:
   *
   *     if ((word0 & 3) === 1) {
   *       answer = memory0.find(states, offset);
   *       if (answer < 0) {
   *         if (!isLoaded) { workspace.load(states, offset); isLoaded = true; }
   *         answer = property0_1(0) ? 1 : 0;
   *       }
   *       if (answer === 1) { .. instance .. }
   *       answer = memory1.find(states, offset);
   *       .. the same with property0_1(1) ..
   *     }
   */
  forAll(instances: Instances, parameters: readonly number[] = []): string {
    const { name, sizes, conditions, instance } = instances;
    const size = sizes[parameters.length];
    let code = "";
    if (size === undefined) code = instance;
    for (let value = 0; value < (size ?? 0); value++) code += this.forAll(instances, [...parameters, value]);
    // From the last to the first, so that the first ends up outside of the others.
    for (const [index, { holds, arity }] of [...conditions.entries()].reverse()) {
      if (arity === parameters.length) code = this.#when(holds, `${name}${index}`, parameters, code);
    }
    return code;
  }

  /** Null if `code`, of which this is a run with some parameters, has too many outcomes to write out. */
  treeOf<Outcome>(code: unknown, run: () => Outcome): DecisionTree<Outcome> | null {
    if (this.#tooInvolved.has(code)) return null;
    const tree = executeSymbolically(this.#workspace, run, RUNS_MAX);
    if (tree !== null && rangesOf(tree) <= RANGES_MAX) return tree;
    this.#tooInvolved.add(code);
    return null;
  }

  /**
   * Tests that lead to the code of each outcome; "" is an outcome for which nothing is to be done. A cell of three
   * contents, two of which have one:
   *
   *     if ((word0 & 3) === 0) { .. }
   *     else if ((word0 & 3) === 2) { .. }
   */
  tree<Outcome>(tree: DecisionTree<Outcome>, codeOf: (outcome: Outcome) => string): string {
    if ("outcome" in tree) return codeOf(tree.outcome);
    const possible = tree.branches.reduce<ContentSet>((union, { contents }) => unionOf(union, contents), []);
    const branches = tree.branches
      .map(({ contents, tree }) => ({ contents, code: this.tree(tree, codeOf) }))
      .filter(({ code }) => code !== "");
    // Where no branch was left out, the last needs no test.
    const isCovered = branches.length === tree.branches.length;
    return branches
      .map(({ contents, code }, index) => {
        const otherwise = index === 0 ? "" : "else ";
        if (isCovered && index > 0 && index === branches.length - 1) return `${otherwise}{\n${code}}\n`;
        return `${otherwise}if (${this.#test(tree.cell, contents, possible)}) {\n${code}}\n`;
      })
      .join("");
  }

  /** The code behind a condition. */
  #when(holds: Guard, name: string, parameters: readonly number[], code: string): string {
    if (code === "") return "";
    const tree = this.treeOf(holds, () => holds(...parameters));
    if (tree === null) return `${this.#askClosure(holds, name, parameters)}if (answer === 1) {\n${code}}\n`;
    if (trueCount(tree) <= 1) return this.tree(tree, (isTrue) => (isTrue ? code : ""));
    const label = `label${this.#labelCount++}`;
    return `${label}: {\n${this.tree(tree, (isTrue) => (isTrue ? "" : `break ${label};\n`))}${code}}\n`;
  }

  /** Puts what the closure says into `answer`: 1 if it holds. */
  #askClosure(holds: Guard, name: string, parameters: readonly number[]): string {
    const memory = `memory${this.#memoryCount++}`;
    this.#named.set(name, holds);
    this.#named.set(memory, new RememberedAnswer(this.#memories, () => Number(holds(...parameters))));
    return `answer = ${memory}.find(states, offset);
    if (answer < 0) {
      if (!isLoaded) { workspace.load(states, offset); isLoaded = true; }
      answer = ${name}(${parameters}) ? 1 : 0;
    }
    `;
  }

  /**
   * Whether the cell's content is one of `contents`, given that it is one of `possible`: `(word0 & 12) === 4`,
   * `(word0 & 12) !== 8`, `(11 >>> ((word0 & 28) >>> 2) & 1) === 1`, or comparisons of ranges.
   */
  #test(cell: number, contents: ContentSet, possible: ContentSet): string {
    const { wordOf, shiftOf } = this.#workspace.layout;
    const masked = `(word${wordOf[cell]} & ${this.maskOf(cell)})`;
    const shifted = (content: number): number => (content << shiftOf[cell]!) | 0;
    if (isSingle(contents)) return `${masked} === ${shifted(contents[0]!)}`;
    const others = differenceOf(possible, contents);
    if (isSingle(others)) return `${masked} !== ${shifted(others[0]!)}`;
    const content = `(${masked} >>> ${shiftOf[cell]})`;
    if (contents.at(-1)! <= 32) return `(${bitsOf(contents)} >>> ${content} & 1) === 1`;
    const ranges: string[] = [];
    for (let range = 0; range < contents.length; range += 2) {
      ranges.push(`${content} >= ${contents[range]} && ${content} < ${contents[range + 1]}`);
    }
    return ranges.join(" || ");
  }

  /** The cell's bits in its word. */
  maskOf(cell: number): number {
    const { shiftOf, bitsOf } = this.#workspace.layout;
    return firstBits(bitsOf[cell]!) << shiftOf[cell]!;
  }
}

const trueCount = (tree: DecisionTree<boolean>): number =>
  "outcome" in tree ? Number(tree.outcome) : tree.branches.reduce((sum, branch) => sum + trueCount(branch.tree), 0);

/** Bit c for content c. */
const bitsOf = (contents: ContentSet): number =>
  contentsIn(contents).reduce((bits, content) => bits | (1 << content), 0);

/** How many ranges of contents a tree tells apart. */
const rangesOf = (tree: DecisionTree<unknown>): number =>
  "outcome" in tree
    ? 0
    : tree.branches.reduce((sum, { contents, tree }) => sum + contents.length / 2 + rangesOf(tree), 0);
