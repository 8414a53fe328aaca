/**
 * Steps that are not written out as guarded commands (guarded-commands.ts): their closures are called, and what they
 * say is remembered.
 *
 * Where the memory (memo-tree.ts) does not know the answer, closures are run with every cell unknown to them, and what
 * they ask of the state is noted (as in symbolic-execution.ts, for this one state only). What they say depends on
 * nothing but the answers, so it is right for every state that answers the same where the same is asked: the answers
 * become a branch of the tree. Soon hardly any state asks anew. LTSmin does the same with what a transition reads and
 * writes (Blom, van de Pol and Weber, "LTSmin: Distributed and Symbolic Reachability", 2010).
 */
import { firstBits } from "../declaration/bits.js";
import type { Answers, Layout, StateFunction, Workspace } from "../declaration/workspace.js";
import type { InvolvedStep } from "./command-book.js";
import { type LookUp, MemoTree, NO_RESULT, type TreeBudget } from "./memo-tree.js";
import type { Outcome } from "./outcomes.js";
import type { StateFunctionTables } from "./state-function-tables.js";

/** What a step that is enabled leads to. */
export interface Taken {
  readonly step: number;
  readonly outcome: Outcome;
}

/** Numbers lists of what steps lead to. */
export interface TakenNumbers {
  readonly numberOf: (taken: readonly Taken[]) => number;
  /** Of the empty list. */
  readonly none: number;
  /** The number for this one step, until it is asked for again: it leads to the packed state. */
  readonly numberOfState: (step: number, words: Int32Array) => number;
}

/** What the memories of a model share. */
export interface MemoContext {
  readonly workspace: Workspace;
  readonly stateFunctions: StateFunctionTables;
  readonly numbers: TakenNumbers;
  readonly budget: TreeBudget;
  /** The look-ups by which each cell's content is told. */
  readonly chunksOf: readonly (readonly Chunk[])[];
}

/** After this number of states that it did not know, a memory must have known four others for each, or it is given up. */
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

/**
 * Steps that are enabled only where the same tests hold. What they lead to is remembered for all of them together or, when that
 * has not paid, for each by itself, or, where even that has not paid, not at all.
 */
export class MemoizedSteps implements Answers {
  /** To be asked after this one, if there was one before this one was asked: steps that were remembered here, and no more. */
  next: MemoizedSteps | null = null;
  readonly #context: MemoContext;
  readonly #stateFunctions: StateFunctionTables;
  #steps: readonly InvolvedStep[];
  readonly #tree: MemoTree;
  /** Of a single step: whether its closures are called in every state. */
  #isForgetful = false;
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

  constructor(context: MemoContext, steps: readonly InvolvedStep[]) {
    this.#context = context;
    this.#stateFunctions = context.stateFunctions;
    this.#steps = steps;
    this.#tree = new MemoTree(context.budget);
    this.#deniedOf = new Int32Array(context.workspace.cells.length);
    this.#states = context.workspace.words;
  }

  /** The number of what the steps lead to from the state at `states[offset]`. */
  takenIn(states: Int32Array, offset: number): number {
    this.#finds = (this.#finds + 1) & FINDS_MASK;
    const known = this.#tree.find(states, offset, this.#stateFunctions.answers);
    if (known !== NO_RESULT) return known;
    return this.#isForgetful ? this.#take(states, offset) : this.#ask(states, offset);
  }

  #take(states: Int32Array, offset: number): number {
    const { workspace, numbers } = this.#context;
    const { step, take } = this.#steps[0]!;
    workspace.load(states, offset);
    const number = take() ? numbers.numberOfState(step, workspace.words) : numbers.none;
    workspace.undo();
    return number;
  }

  #ask(states: Int32Array, offset: number): number {
    const { workspace, numbers } = this.#context;
    this.#states = states;
    this.#offset = offset;
    this.#tree.restart();
    this.#deniedOf.fill(0);
    if (this.#answered.size > 0) this.#answered.clear();
    const taken = workspace.withUnknownCells(this, () => {
      const taken: Taken[] = [];
      for (const { step, outcome } of this.#steps) {
        const found = outcome();
        if (found !== null) taken.push({ step, outcome: found });
        workspace.undo();
      }
      return taken;
    });
    const number = numbers.numberOf(taken);
    const isNoted = this.#tree.end(number);
    if (!isNoted || this.#doesNotPay()) this.#giveUp();
    return number;
  }

  #giveUp(): void {
    const [first, ...others] = this.#steps;
    this.#tree.giveBack();
    if (others.length === 0) {
      this.#isForgetful = true;
      return;
    }
    this.#steps = [first!];
    for (const step of others.reverse()) {
      const other = new MemoizedSteps(this.#context, [step]);
      other.next = this.next;
      this.next = other;
    }
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

const partOf = (content: number, { shiftInCell, mask }: Chunk): number => (content >>> shiftInCell) & mask;

/** The parts of each cell, the highest first. */
export function chunksOf({ wordOf, shiftOf, bitsOf }: Layout): Chunk[][] {
  return bitsOf.map((bits, cell) => {
    const chunks: Chunk[] = [];
    for (let shiftInCell = 0; shiftInCell < bits; shiftInCell += CHUNK_BITS) {
      const mask = firstBits(Math.min(CHUNK_BITS, bits - shiftInCell));
      chunks.unshift({ word: wordOf[cell]!, shift: shiftOf[cell]! + shiftInCell, mask, base: 0, shiftInCell });
    }
    return chunks;
  });
}
