/**
 * Writes conditions of a model as code over packed words: tests of bits where tracing (trace.ts) finds what a condition depends
 * on, a call of its closure where it is too involved for that.
 */
import { firstBits } from "../declaration/bits.js";
import type { Condition } from "../declaration/model.js";
import type { Workspace } from "../declaration/workspace.js";
import { type DecisionTree, membersOf, trace } from "./trace.js";

/** Ways through a condition that are traced and written out; beyond, code grows faster than it saves. */
const RUNS_MAX = 64;

/**
 * Code written by this class reads the state from the constants word0, word1, .. and calls closures by the names in `closures`.
 * Closures read the workspace, which is loaded with the state before the first of them is called.
 */
export class ConditionCode {
  /** Name in the generated code → function. */
  readonly closures = new Map<string, (...parameters: number[]) => unknown>();
  readonly #workspace: Workspace;
  /** Code that had too many outcomes: it will have no fewer for other parameters, and trying costs time. */
  readonly #tooInvolved = new Set<unknown>();
  #labelCount = 0;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** The function `name(states, offset, ...parameters)` with this body. */
  compile(name: string, parameters: readonly string[], body: string): unknown {
    const words = Array.from(
      { length: this.#workspace.layout.wordCount },
      (_, word) => `const word${word} = states[offset + ${word}];\n`,
    );
    const names = ["states", "offset", ...parameters];
    const source = `return function ${name}(${names}) {\nlet isLoaded = false;\n${words.join("")}${body}};`;
    const make = new Function("workspace", "words", ...this.closures.keys(), source);
    return make(this.#workspace, this.#workspace.words, ...this.closures.values());
  }

  /**
   * The code that `instance` writes for all values of the parameters, behind the conditions: each is asked as soon as the
   * parameters that it takes are known.
   */
  forAll(
    name: string,
    sizes: readonly number[],
    conditions: readonly Condition[],
    instance: (parameters: readonly number[]) => string,
    parameters: readonly number[] = [],
  ): string {
    const size = sizes[parameters.length];
    let code = "";
    if (size === undefined) code = instance(parameters);
    for (let value = 0; value < (size ?? 0); value++) {
      code += this.forAll(name, sizes, conditions, instance, [...parameters, value]);
    }
    // From the last to the first, so that the first ends up outside of the others.
    for (const [index, { holds, arity }] of [...conditions.entries()].reverse()) {
      if (arity === parameters.length) code = this.#when(holds, `${name}${index}`, parameters, code);
    }
    return code;
  }

  /** Null if `code`, of which this is a run with some parameters, has too many outcomes to write out. */
  trace<Outcome>(code: unknown, run: () => Outcome): DecisionTree<Outcome> | null {
    if (this.#tooInvolved.has(code)) return null;
    const tree = trace(this.#workspace, run, RUNS_MAX);
    if (tree === null) this.#tooInvolved.add(code);
    return tree;
  }

  /** A name for the function in the generated code. */
  closure(name: string, closure: (...parameters: number[]) => unknown): string {
    this.closures.set(name, closure);
    return name;
  }

  /** To be put before code that calls closures. */
  get load(): string {
    return "if (!isLoaded) { workspace.load(states, offset); isLoaded = true; }\n";
  }

  /** Tests that lead to the code of each outcome; "" is an outcome for which nothing is to be done. */
  tree<Outcome>(tree: DecisionTree<Outcome>, codeOf: (outcome: Outcome) => string): string {
    if ("outcome" in tree) return codeOf(tree.outcome);
    const possible = tree.branches.reduce((union, { contents }) => union | contents, 0);
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
  #when(holds: Condition["holds"], name: string, parameters: readonly number[], code: string): string {
    if (code === "") return "";
    const tree = this.trace(holds, () => holds(...parameters));
    if (tree === null) return `${this.load}if (${this.closure(name, holds)}(${parameters})) {\n${code}}\n`;
    if (trueCount(tree) <= 1) return this.tree(tree, (isTrue) => (isTrue ? code : ""));
    const label = `label${this.#labelCount++}`;
    return `${label}: {\n${this.tree(tree, (isTrue) => (isTrue ? "" : `break ${label};\n`))}${code}}\n`;
  }

  /** Whether the cell's content is one of `contents`, given that it is one of `possible`. */
  #test(cell: number, contents: number, possible: number): string {
    const { wordOf, shiftOf } = this.#workspace.layout;
    const word = `word${wordOf[cell]}`;
    const mask = this.maskOf(cell);
    const [content, ...more] = membersOf(contents);
    if (more.length === 0) return `(${word} & ${mask}) === ${(content! << shiftOf[cell]!) | 0}`;
    const [other, ...others] = membersOf(possible & ~contents);
    if (others.length === 0) return `(${word} & ${mask}) !== ${(other! << shiftOf[cell]!) | 0}`;
    return `(${contents} >>> ((${word} & ${mask}) >>> ${shiftOf[cell]}) & 1) === 1`;
  }

  /** The cell's bits in its word. */
  maskOf(cell: number): number {
    const { shiftOf, bitsOf } = this.#workspace.layout;
    return firstBits(bitsOf[cell]!) << shiftOf[cell]!;
  }
}

const trueCount = (tree: DecisionTree<boolean>): number =>
  "outcome" in tree ? Number(tree.outcome) : tree.branches.reduce((sum, branch) => sum + trueCount(branch.tree), 0);
