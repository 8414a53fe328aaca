/**
 * What closures say of a state, remembered by what they ask of it.
 *
 * Where the memory (memo-tree.ts) does not know the answer, closures are run with every cell unknown to them, and what
 * they ask of the state is noted (as in symbolic-execution.ts, for this one state only). What they say depends on
 * nothing but the answers, so it is right for every state that answers the same where the same is asked: the answers
 * become a branch of the tree. Soon hardly any state asks anew. LTSmin does the same with what a transition reads and
 * writes (Blom, van de Pol and Weber, "LTSmin: Distributed and Symbolic Reachability", 2010).
 */
import { firstBits } from "../declaration/bits.js";
import type { Answers, Layout, StateFunction, Workspace } from "../declaration/workspace.js";
import { type LookUp, MemoTree, NO_RESULT, type TreeBudget } from "./memo-tree.js";
import { StateFunctionTables } from "./state-function-tables.js";

/** What the memories of a model share. */
export interface MemoryContext {
  readonly workspace: Workspace;
  readonly stateFunctions: StateFunctionTables;
  readonly budget: TreeBudget;
  /** The look-ups by which each cell's content is told. */
  readonly chunksOf: readonly (readonly Chunk[])[];
}

/** Integers that the memories of a model may take: 64 MB. What is asked beyond is asked again every time. */
const MEMO_INTS_MAX = 1 << 24;

/**
 * After this number of states that it did not know, a memory must have known four others for each, or it is given up.
 */
const ASKS_MIN = 1 << 12;
const FINDS_PER_ASK_MIN = 4;

/** Counts stay small integers, which take no room of their own. */
const FINDS_MASK = 2 ** 30 - 1;

/** It is remembered which of the first 32 contents a cell does not have, until the state has been asked. */
const DENIALS_TOLD = 32;

/** The part of a cell's bits that one look-up is for; cells of more bits take several, the highest first. */
const CHUNK_BITS = 8;

/** A part of a cell's bits: where it stands in the state, and in the cell's content. */
export interface Chunk extends LookUp {
  readonly shiftInCell: number;
}

export const memoryContextOf = (workspace: Workspace): MemoryContext => ({
  workspace,
  stateFunctions: new StateFunctionTables(workspace),
  budget: { intsLeft: MEMO_INTS_MAX },
  chunksOf: chunksOf(workspace.layout),
});

/** Answers are numbers from 0 on. */
export class ClosureMemory implements Answers {
  /** Whether it remembers nothing, and no more: that has not paid, or there is no room. */
  isGivenUp = false;
  readonly #context: MemoryContext;
  readonly #stateFunctions: StateFunctionTables;
  readonly #tree: MemoTree;
  /** How many states were looked up; wraps around. */
  #finds = 0;
  #findsBefore = 0;
  #asks = 0;
  /** deniedOf[cell]: of the contents below 32, those that the cell is known not to have, bit c for content c. */
  readonly #deniedOf: Int32Array;
  /** What state functions have been looked up in the state at `states[offset]`, and their answers. */
  readonly #answered = new Map<LookUp, number>();
  #states: Int32Array;
  #offset = 0;

  constructor(context: MemoryContext) {
    this.#context = context;
    this.#stateFunctions = context.stateFunctions;
    this.#tree = new MemoTree(context.budget);
    this.#deniedOf = new Int32Array(context.workspace.cells.length);
    this.#states = context.workspace.words;
  }

  /** What is remembered of the state at `states[offset]`, or NO_RESULT. */
  find(states: Int32Array, offset: number): number {
    this.#finds = (this.#finds + 1) & FINDS_MASK;
    return this.#tree.find(states, offset, this.#stateFunctions.answers);
  }

  /**
   * What closures say of the state at `states[offset]`, of which nothing is remembered yet; it is from now on, unless
   * the memory is given up.
   *
   * @param run runs them; what they write is taken back
   */
  ask(states: Int32Array, offset: number, run: () => number): number {
    this.#states = states;
    this.#offset = offset;
    this.#tree.restart();
    this.#deniedOf.fill(0);
    if (this.#answered.size > 0) this.#answered.clear();
    const answer = this.#context.workspace.withUnknownCells(this, run);
    const isNoted = this.#tree.end(answer);
    if (!isNoted || this.#doesNotPay()) this.giveUp();
    return answer;
  }

  /** Forgets all, and leaves the room to others. */
  giveUp(): void {
    this.isGivenUp = true;
    this.#tree.giveBack();
  }

  /** Integers that it takes. */
  get ints(): number {
    return this.#tree.ints;
  }

  #doesNotPay(): boolean {
    if (++this.#asks < ASKS_MIN) return false;
    const finds = (this.#finds - this.#findsBefore) & FINDS_MASK;
    this.#asks = 0;
    this.#findsBefore = this.#finds;
    return finds < ASKS_MIN * FINDS_PER_ASK_MIN;
  }

  contentOf(cell: number): number {
    const content = this.#contentOf(cell);
    this.#context.workspace.cells[cell] = content;
    for (const chunk of this.#context.chunksOf[cell]!) this.#tree.follow(chunk, chunk.mask + 1, partOf(content, chunk));
    return content;
  }

  isContent(cell: number, content: number): boolean {
    // Not asked again: closures often come back to a cell.
    const bit = content < DENIALS_TOLD ? 1 << content : 0;
    if (content >= this.#context.workspace.layout.domains[cell]! || (this.#deniedOf[cell]! & bit) !== 0) return false;
    const held = this.#contentOf(cell);
    for (const chunk of this.#context.chunksOf[cell]!) {
      const part = partOf(content, chunk);
      if (partOf(held, chunk) !== part) {
        this.#tree.followOthers(chunk, chunk.mask + 1, part);
        this.#deniedOf[cell]! |= bit;
        return false;
      }
      this.#tree.follow(chunk, chunk.mask + 1, part);
    }
    this.#context.workspace.cells[cell] = held;
    return true;
  }

  answerTo(asked: StateFunction, parameters: readonly number[]): number | null {
    const stateFunctions = this.#stateFunctions;
    const lookUp = stateFunctions.lookUp(asked, parameters);
    if (lookUp === null) return null;
    const known = this.#answered.get(lookUp);
    if (known !== undefined) return known;
    const { word, shift, mask, base } = lookUp;
    const answer = stateFunctions.answers[base + ((this.#states[this.#offset + word]! >>> shift) & mask)]!;
    this.#tree.follow(lookUp, asked.answers, answer);
    this.#answered.set(lookUp, answer);
    return answer;
  }

  #contentOf(cell: number): number {
    const { wordOf, shiftOf, bitsOf } = this.#context.workspace.layout;
    return (this.#states[this.#offset + wordOf[cell]!]! >>> shiftOf[cell]!) & firstBits(bitsOf[cell]!);
  }
}

/** A closure that is asked of packed states, and remembered as long as that pays. Its answers are numbers from 0 on. */
export class RememberedAnswer {
  readonly #memory: ClosureMemory;
  readonly #answer: () => number;
  readonly #workspace: Workspace;

  constructor(context: MemoryContext, answer: () => number) {
    this.#memory = new ClosureMemory(context);
    this.#answer = answer;
    this.#workspace = context.workspace;
  }

  /** The answer in the state at `states[offset]`; NO_RESULT if the closure itself must be asked. */
  find(states: Int32Array, offset: number): number {
    const memory = this.#memory;
    if (memory.isGivenUp) return NO_RESULT;
    const known = memory.find(states, offset);
    return known === NO_RESULT ? memory.ask(states, offset, this.#answer) : known;
  }

  /** The answer in the state at `states[offset]`, which may have to be put to work for that. */
  in(states: Int32Array, offset: number): number {
    const known = this.find(states, offset);
    if (known !== NO_RESULT) return known;
    this.#workspace.load(states, offset);
    return this.#answer();
  }
}

const partOf = (content: number, { shiftInCell, mask }: Chunk): number => (content >>> shiftInCell) & mask;

/** The parts of each cell, the highest first. */
function chunksOf({ wordOf, shiftOf, bitsOf }: Layout): Chunk[][] {
  return bitsOf.map((bits, cell) => {
    const chunks: Chunk[] = [];
    for (let shiftInCell = 0; shiftInCell < bits; shiftInCell += CHUNK_BITS) {
      const mask = firstBits(Math.min(CHUNK_BITS, bits - shiftInCell));
      chunks.unshift({ word: wordOf[cell]!, shift: shiftOf[cell]! + shiftInCell, mask, base: 0, shiftInCell });
    }
    return chunks;
  });
}
