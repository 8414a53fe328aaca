/**
 * The numbers of the states of one batch after another. Most have been seen a moment ago (recent-states.ts), and are
 * told apart without a look-up in the store, which is far larger than any cache.
 */
import type { StateStore } from "./state-store.js";

/** 2 ** 13 states, with their numbers, fit the processor's second cache. */
const REMEMBERED_BITS = 13;

export class RecentNumbers {
  readonly #store: StateStore;
  readonly #width: number;
  /** Each state stands where its hash says, over whichever stood there before. */
  readonly #remembered: Int32Array;
  /** The number of each remembered state; ~n while it is the n-th of the batch that was not remembered. */
  readonly #numbers = new Int32Array(1 << REMEMBERED_BITS);
  /**
   * Of those of the batch that were not remembered: where they stand in it, where they are remembered now, and their
   * numbers.
   */
  readonly #fresh: Int32Array;
  readonly #places: Int32Array;
  readonly #freshNumbers: Int32Array;

  constructor(store: StateStore, width: number, batchStates: number) {
    this.#store = store;
    this.#width = width;
    this.#remembered = new Int32Array(width << REMEMBERED_BITS);
    // The state of all zeros belongs at place 0, and no other may be there unless it has been seen.
    this.#remembered[0] = 1;
    this.#fresh = new Int32Array(batchStates + 1);
    this.#places = new Int32Array(batchStates + 1);
    this.#freshNumbers = new Int32Array(batchStates + 1);
  }

  /** Puts the number of the n-th of the first `count` states into numbers[n]; new ones are numbered in their order. */
  numberAll(states: Int32Array, count: number, numbers: Int32Array): void {
    const fresh = this.#remember(states, count, numbers);
    const freshNumbers = this.#freshNumbers;
    this.#store.numberAll(states, this.#fresh, fresh, freshNumbers);
    const places = this.#places;
    const remembered = this.#numbers;
    for (let index = 0; index < fresh; index++) {
      const place = places[index]!;
      if (remembered[place] === ~index) remembered[place] = freshNumbers[index]!;
    }
    for (let index = 0; index < count; index++) {
      const number = numbers[index]!;
      const isFresh = number >> 31;
      numbers[index] = (number & ~isFresh) | (freshNumbers[~number & isFresh]! & isFresh);
    }
  }

  /**
   * Puts the numbers of remembered states into `numbers`, and ~n for the n-th that is not; returns how many are not.
   */
  #remember(states: Int32Array, count: number, numbers: Int32Array): number {
    const width = this.#width;
    const remembered = this.#remembered;
    const rememberedNumbers = this.#numbers;
    let fresh = 0;
    for (let state = 0; state < count; state++) {
      const from = state * width;
      let hash = 0;
      for (let word = 0; word < width; word++) hash = Math.imul(hash ^ states[from + word]!, 0x85ebca6b);
      const place = (hash ^ (hash >>> 15)) >>> (32 - REMEMBERED_BITS);
      let difference = 0;
      for (let word = 0; word < width; word++) {
        const content = states[from + word]!;
        difference |= remembered[place * width + word]! ^ content;
        remembered[place * width + word] = content;
      }
      // No branch: whether a state is remembered is a coin toss, which no processor can predict.
      const isFresh = (difference | -difference) >> 31;
      const number = (rememberedNumbers[place]! & ~isFresh) | (~fresh & isFresh);
      rememberedNumbers[place] = number;
      numbers[state] = number;
      this.#fresh[fresh] = state;
      this.#places[fresh] = place;
      fresh -= isFresh;
    }
    return fresh;
  }
}
