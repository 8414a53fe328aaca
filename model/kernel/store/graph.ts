/** The reachable graph: every transition of every state, in flat arrays. */
import type { StepNumbers, TransitionRows } from "../compile/transitions.js";
import { enlarged } from "./enlarged.js";

/**
 * States by number in breadth-first order; the transitions of state n are firstTransition[n] up to firstTransition[n +
 * 1].
 */
export interface StateGraph {
  readonly stateCount: number;
  readonly transitionCount: number;
  readonly firstTransition: Int32Array;
  /**
   * The step number of each transition (see actionInstanceOf); a state's transitions are in the order of their steps.
   */
  readonly stepOf: StepNumbers;
  /** The successor's state number of each transition. */
  readonly targetOf: Int32Array;
}

const FIRST_CAPACITY = 1 << 12;

/** Steps with numbers below these take one byte, and two. */
const BYTE_STEPS_END = 1 << 8;
const SHORT_STEPS_END = 1 << 16;

/** Takes down the graph while breadth-first search expands states in the order of their numbers. */
export class GraphRecorder implements TransitionRows {
  /** The transitions so far, and room for more; replaced when it grows. */
  stepOf: StepNumbers;
  targetOf = new Int32Array(FIRST_CAPACITY);
  firstTransition = new Int32Array(FIRST_CAPACITY);
  transitionCount = 0;
  #stateCount = 0;
  readonly #transitionsMax: number;

  /**
   * @param steps how many steps the model has
   * @param transitionsMax how many transitions there may ever be, if that is known: see enlarged.ts
   */
  constructor(steps: number, transitionsMax = Number.POSITIVE_INFINITY) {
    this.#transitionsMax = transitionsMax;
    const Steps = steps <= BYTE_STEPS_END ? Uint8Array : steps <= SHORT_STEPS_END ? Uint16Array : Int32Array;
    this.stepOf = new Steps(FIRST_CAPACITY);
  }

  /** What is in use. */
  get bytes(): number {
    const bytesPerTransition = this.stepOf.BYTES_PER_ELEMENT + this.targetOf.BYTES_PER_ELEMENT;
    return this.transitionCount * bytesPerTransition + this.#stateCount * this.firstTransition.BYTES_PER_ELEMENT;
  }

  /** Makes room for one more state of up to `count` transitions. */
  reserve(count: number): void {
    const { length } = this.firstTransition;
    if (this.#stateCount + 2 > length)
      this.firstTransition = enlarged(this.firstTransition, length + 1, this.#transitionsMax);
    const needed = this.transitionCount + count;
    if (needed <= this.targetOf.length) return;
    this.stepOf = enlarged(this.stepOf, needed, this.#transitionsMax);
    this.targetOf = enlarged(this.targetOf, needed, this.#transitionsMax);
  }

  /** The transitions added since the last one ended are those of the next state. */
  endState(): void {
    this.firstTransition[++this.#stateCount] = this.transitionCount;
  }

  /** The states that the transitions of a state lead to, once they have numbers. */
  targetsOf(state: number): Int32Array {
    return this.targetOf.subarray(this.firstTransition[state]!, this.firstTransition[state + 1]!);
  }

  finish(): StateGraph {
    return {
      stateCount: this.#stateCount,
      transitionCount: this.transitionCount,
      firstTransition: this.firstTransition.subarray(0, this.#stateCount + 1),
      stepOf: this.stepOf.subarray(0, this.transitionCount),
      targetOf: this.targetOf.subarray(0, this.transitionCount),
    };
  }
}
