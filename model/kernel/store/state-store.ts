/**
 * The visited set: distinct packed states, numbered in the order in which they were found.
 *
 * States stand one after another in a flat array, which is at once the breadth-first queue. An open-addressing hash table
 * holds their numbers. Nothing is allocated per state.
 */
import { hashOf } from "./state-hash.js";

const FIRST_CAPACITY_STATES = 1 << 12;

/** The table is kept at most this full; linear probing slows down steeply above. */
const LOAD_MAX = 0.6;

export class StateStore {
  readonly #wordsPerState: number;
  #count = 0;
  #states: Int32Array;
  /** 0 for an empty slot, else a state's number + 1. Its length is a power of two. */
  #slots: Int32Array;
  #countMax: number;

  constructor(wordsPerState: number) {
    this.#wordsPerState = wordsPerState;
    this.#states = new Int32Array(FIRST_CAPACITY_STATES * wordsPerState);
    this.#slots = new Int32Array(FIRST_CAPACITY_STATES * 2);
    this.#countMax = Math.floor(this.#slots.length * LOAD_MAX);
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#states.byteLength + this.#slots.byteLength;
  }

  /** All states packed: state n starts at n * wordsPerState. Replaced when the store grows, so never keep it. */
  get states(): Int32Array {
    return this.#states;
  }

  /** The number of the state at `states[offset]`, which it is given now if it has none. */
  numberAt(states: Int32Array, offset: number): number {
    const number = this.insert(states, offset);
    return number < 0 ? -1 - number : number;
  }

  /** The number of the state at `words[at]` if it is known, else -1 - n where n is the number that it has been given now. */
  insert(words: Int32Array, at = 0): number {
    const width = this.#wordsPerState;
    const states = this.#states;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashOf(words, at, width) & mask;
    for (let entry = slots[slot]!; entry !== 0; entry = slots[slot]!) {
      const offset = (entry - 1) * width;
      let word = 0;
      while (word < width && states[offset + word] === words[at + word]) word++;
      if (word === width) return entry - 1;
      slot = (slot + 1) & mask;
    }
    const number = this.#count++;
    slots[slot] = number + 1;
    for (let word = 0; word < width; word++) states[number * width + word] = words[at + word]!;
    if (this.#count === this.#countMax) this.#growSlots();
    if (this.#count * width === states.length) this.#growStates();
    return -1 - number;
  }

  #growStates(): void {
    const grown = new Int32Array(this.#states.length * 2);
    grown.set(this.#states);
    this.#states = grown;
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    const width = this.#wordsPerState;
    const states = this.#states;
    for (let number = 0; number < this.#count; number++) {
      let slot = hashOf(states, number * width, width) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
    this.#countMax = Math.floor(slots.length * LOAD_MAX);
  }
}
