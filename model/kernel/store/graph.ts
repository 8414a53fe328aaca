/** The reachable graph: every transition of every state, in flat arrays. */

/** States by number in breadth-first order; the transitions of state n are firstTransition[n] up to firstTransition[n + 1]. */
export interface StateGraph {
  readonly stateCount: number;
  readonly transitionCount: number;
  readonly firstTransition: Int32Array;
  /** The step number of each transition (see actionInstanceOf). */
  readonly stepOf: Int32Array;
  /** The successor's state number of each transition. */
  readonly targetOf: Int32Array;
}

const FIRST_CAPACITY = 1 << 12;

/** Takes down the graph while breadth-first search expands states in the order of their numbers. */
export class GraphRecorder {
  readonly #transitionsMax: number;
  #firstTransition = new Int32Array(FIRST_CAPACITY);
  #stepOf = new Int32Array(FIRST_CAPACITY);
  #targetOf = new Int32Array(FIRST_CAPACITY);
  #stateCount = 0;
  #transitionCount = 0;
  #overflowed = false;

  constructor(transitionsMax: number) {
    this.#transitionsMax = transitionsMax;
  }

  /** Whether there were more transitions than the graph was allowed to hold. */
  get isOverflowed(): boolean {
    return this.#overflowed;
  }

  get bytes(): number {
    return this.#firstTransition.byteLength + this.#stepOf.byteLength + this.#targetOf.byteLength;
  }

  /** The transitions added from now on are those of the next state. */
  startState(): void {
    if (this.#overflowed) return;
    // One more place than states, for the end of the last one's transitions.
    if (this.#stateCount + 1 === this.#firstTransition.length) this.#firstTransition = doubled(this.#firstTransition);
    this.#firstTransition[this.#stateCount++] = this.#transitionCount;
  }

  add(step: number, target: number): void {
    if (this.#overflowed) return;
    if (this.#transitionCount === this.#transitionsMax) {
      this.#overflow();
      return;
    }
    if (this.#transitionCount === this.#stepOf.length) {
      this.#stepOf = doubled(this.#stepOf);
      this.#targetOf = doubled(this.#targetOf);
    }
    this.#stepOf[this.#transitionCount] = step;
    this.#targetOf[this.#transitionCount++] = target;
  }

  /** The states that the transitions of a state lead to, once it is recorded, in the order in which they were added. */
  targetsOf(state: number): Int32Array {
    const end = state + 1 < this.#stateCount ? this.#firstTransition[state + 1]! : this.#transitionCount;
    return this.#targetOf.subarray(this.#firstTransition[state]!, end);
  }

  /** Null if there were more transitions than the graph was allowed to hold. */
  finish(): StateGraph | null {
    if (this.#overflowed) return null;
    this.#firstTransition[this.#stateCount] = this.#transitionCount;
    return {
      stateCount: this.#stateCount,
      transitionCount: this.#transitionCount,
      firstTransition: this.#firstTransition.slice(0, this.#stateCount + 1),
      stepOf: this.#stepOf.slice(0, this.#transitionCount),
      targetOf: this.#targetOf.slice(0, this.#transitionCount),
    };
  }

  #overflow(): void {
    this.#overflowed = true;
    this.#firstTransition = new Int32Array(0);
    this.#stepOf = new Int32Array(0);
    this.#targetOf = new Int32Array(0);
  }
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(array.length * 2);
  grown.set(array);
  return grown;
}
