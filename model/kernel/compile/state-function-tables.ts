/**
 * State functions (model.ts) of cells that are neighbours in the packed state, as tables: the answer for every content
 * of those bits.
 */
import { firstBits } from "../declaration/bits.js";
import type { StateFunction, Workspace } from "../declaration/workspace.js";
import { cellsOf } from "./cell-tests.js";
import { hasContent } from "./content-set.js";
import { ANSWERS_MAX, type LookUp } from "./memo-tree.js";
import { PerInstance } from "./per-instance.js";
import { type DecisionTree, executeSymbolically } from "./symbolic-execution.js";

/** Bits that one look-up may depend on. */
const BITS_MAX = 12;

/** Ways through the code of a state function that are executed. */
const RUNS_MAX = 64;

export class StateFunctionTables {
  answers = Uint8Array.from({ length: ANSWERS_MAX }, (_, content) => content);
  readonly #workspace: Workspace;
  readonly #lookUps = new PerInstance<LookUp | null>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Null where the state function is too involved or asks too far apart. */
  lookUp(stateFunction: StateFunction, parameters: readonly number[]): LookUp | null {
    return this.#lookUps.of(stateFunction, parameters, () => this.#add(stateFunction, parameters));
  }

  #add({ answers, ask }: StateFunction, parameters: readonly number[]): LookUp | null {
    const tree = executeSymbolically(this.#workspace, () => ask(...parameters), RUNS_MAX);
    if (tree === null || answers > ANSWERS_MAX) return null;
    const bits = this.#neighbouringBits([...cellsOf(tree)]);
    if (bits === null) return null;
    const base = this.answers.length;
    const extended = new Uint8Array(base + bits.mask + 1);
    extended.set(this.answers);
    for (let content = 0; content <= bits.mask; content++) {
      extended[base + content] = this.#answerIn(tree, content, bits.shift);
    }
    this.answers = extended;
    return { ...bits, base };
  }

  /** 0 for contents that no cell can have. */
  #answerIn(tree: DecisionTree<number>, content: number, shift: number): number {
    const { shiftOf, bitsOf } = this.#workspace.layout;
    let rest: DecisionTree<number> | undefined = tree;
    while (rest !== undefined && "cell" in rest) {
      const held: number = (content >>> (shiftOf[rest.cell]! - shift)) & firstBits(bitsOf[rest.cell]!);
      rest = rest.branches.find(({ contents }) => hasContent(contents, held))?.tree;
    }
    return rest?.outcome ?? 0;
  }

  /** From the first bit of the cells to the last; null if they are too far apart. */
  #neighbouringBits(cells: readonly number[]): Omit<LookUp, "base"> | null {
    const { wordOf, shiftOf, bitsOf } = this.#workspace.layout;
    const words = new Set(cells.map((cell) => wordOf[cell]!));
    if (words.size > 1) return null;
    const shift = Math.min(31, ...cells.map((cell) => shiftOf[cell]!));
    const end = Math.max(shift, ...cells.map((cell) => shiftOf[cell]! + bitsOf[cell]!));
    if (end - shift > BITS_MAX) return null;
    return { word: [...words][0] ?? 0, shift, mask: firstBits(end - shift) };
  }
}
