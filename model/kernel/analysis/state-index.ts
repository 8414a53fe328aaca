/**
 * Some states of an exploration, to be found by their words: an open-addressing table of their numbers, and no copies.
 */
import { hashOf } from "../store/state-hash.js";

/** Slots for each state, at least. */
const SLOTS_PER_STATE = 2;

export class StateIndex {
  readonly #states: Int32Array;
  readonly #width: number;
  /** 0 for an empty slot, else a state's number + 1. Their count is a power of two. */
  readonly #slots: Int32Array;

  /**
   * @param states all states packed: state n stands at n * width
   * @param numbers those that are to be found, each once
   */
  constructor(states: Int32Array, width: number, numbers: Int32Array) {
    this.#states = states;
    this.#width = width;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(SLOTS_PER_STATE * numbers.length + 1)));
    for (const number of numbers) {
      let slot = this.#slotOf(states, number * width);
      while (this.#slots[slot] !== 0) slot = this.#next(slot);
      this.#slots[slot] = number + 1;
    }
  }

  /** Whether one of them is the state at `words[at]`. */
  has(words: Int32Array, at: number): boolean {
    for (let slot = this.#slotOf(words, at); this.#slots[slot] !== 0; slot = this.#next(slot)) {
      const offset = (this.#slots[slot]! - 1) * this.#width;
      let word = 0;
      while (word < this.#width && this.#states[offset + word] === words[at + word]) word++;
      if (word === this.#width) return true;
    }
    return false;
  }

  #slotOf(words: Int32Array, at: number): number {
    return hashOf(words, at, this.#width) & (this.#slots.length - 1);
  }

  #next(slot: number): number {
    return (slot + 1) & (this.#slots.length - 1);
  }
}
