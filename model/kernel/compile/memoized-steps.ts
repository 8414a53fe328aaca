/**
 * Steps that are not written out as guarded commands (guarded-commands.ts): their closures are called, and what they
 * say is remembered (closure-memory.ts).
 */
import { ClosureMemory, type MemoryContext } from "./closure-memory.js";
import type { InvolvedStep } from "./command-book.js";
import { NO_RESULT } from "./memo-tree.js";
import type { Outcome } from "./outcomes.js";

/**
 * What is remembered of several steps together may take this number of integers. Where steps ask different things, it
 * grows with the product of what each of them asks: beyond, each is remembered by itself.
 */
const JOINT_INTS_MAX = 1 << 15;

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

/** What the memories of a model's steps share. */
export interface StepMemoryContext extends MemoryContext {
  readonly numbers: TakenNumbers;
}

/**
 * Steps that are enabled only where the same tests hold. What they lead to is remembered for all of them together or,
 * when that has not paid or has become large, for each by itself, or, where even that has not paid, not at all.
 */
export class MemoizedSteps {
  /**
   * To be asked after this one, if there was one before this one was asked: steps that were remembered here, and no
   * more.
   */
  next: MemoizedSteps | null = null;
  readonly #context: StepMemoryContext;
  #steps: readonly InvolvedStep[];
  #memory: ClosureMemory;

  constructor(context: StepMemoryContext, steps: readonly InvolvedStep[]) {
    this.#context = context;
    this.#steps = steps;
    this.#memory = new ClosureMemory(context);
  }

  /** The number of what the steps lead to from the state at `states[offset]`. */
  takenIn(states: Int32Array, offset: number): number {
    const memory = this.#memory;
    // Steps of which others have been split off are given a memory again.
    if (memory.isGivenUp) return this.#take(states, offset);
    const known = memory.find(states, offset);
    if (known !== NO_RESULT) return known;
    const number = memory.ask(states, offset, this.#ask);
    if (memory.isGivenUp || (this.#steps.length > 1 && memory.ints > JOINT_INTS_MAX)) this.#splitUp();
    return number;
  }

  /** The closures of a single step, in every state. */
  #take(states: Int32Array, offset: number): number {
    const { workspace, numbers } = this.#context;
    const { step, take } = this.#steps[0]!;
    workspace.load(states, offset);
    const number = take() ? numbers.numberOfState(step, workspace.words) : numbers.none;
    workspace.undo();
    return number;
  }

  readonly #ask = (): number => {
    const { workspace, numbers } = this.#context;
    const taken: Taken[] = [];
    for (const { step, outcome } of this.#steps) {
      const found = outcome();
      if (found !== null) taken.push({ step, outcome: found });
      workspace.undo();
    }
    return numbers.numberOf(taken);
  };

  #splitUp(): void {
    const [first, ...others] = this.#steps;
    if (others.length === 0) return;
    this.#steps = [first!];
    this.#memory.giveUp();
    this.#memory = new ClosureMemory(this.#context);
    for (const step of others.reverse()) {
      const other = new MemoizedSteps(this.#context, [step]);
      other.next = this.next;
      this.next = other;
    }
  }
}
