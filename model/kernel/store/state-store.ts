/**
 * The visited set: distinct packed states, numbered in the order in which they were found.
 *
 * States stand one after another in a flat array, which is at once the breadth-first queue. An open-addressing hash
 * table holds their numbers. Nothing is allocated per state.
 */
import { enlarged, zeros } from "./enlarged.js";
import { hashOf } from "./state-hash.js";

const FIRST_CAPACITY_STATES = 1 << 12;

/** The table is kept at most this full: of buckets that are cache lines hardly any needs a second one then. */
const LOAD_MAX = 0.85;

/** Slots that are looked through before those of the next bucket: one cache line. */
const BUCKET_SLOTS = 16;

const FIRST_SLOTS = 1 << 12;

/** Tables below this size become four times as large, others twice. */
const LARGE_SLOTS = 1 << 22;

/** States that move into a larger table together, so that their cache misses overlap. */
const MOVED_STATES = 256;

export class StateStore {
  readonly #wordsPerState: number;
  readonly #statesMax: number;
  #count = 0;
  #states: Int32Array;
  /** 0 for an empty slot, else a state's number + 1 and, in the bits that no number needs, part of its hash. */
  #slots: Int32Array;
  /** The bits of a slot that hold the number. The length of #slots is a power of two, one more than this. */
  #numberMask: number;
  #countMax: number;
  // What the look-ups of one batch need, computed ahead so that their cache misses overlap.
  #hashes = new Int32Array(0);
  #ahead = new Int32Array(0);

  /** @param statesMax how many states there may ever be, if that is known: see enlarged.ts */
  constructor(wordsPerState: number, statesMax = Number.POSITIVE_INFINITY) {
    this.#statesMax = statesMax;
    this.#wordsPerState = wordsPerState;
    this.#states = new Int32Array(FIRST_CAPACITY_STATES * wordsPerState);
    this.#slots = new Int32Array(FIRST_SLOTS);
    this.#numberMask = this.#slots.length - 1;
    this.#countMax = Math.floor(this.#slots.length * LOAD_MAX);
  }

  get count(): number {
    return this.#count;
  }

  /** What is in use of the states, and the whole table. */
  get bytes(): number {
    return this.#count * this.#wordsPerState * Int32Array.BYTES_PER_ELEMENT + this.#slots.byteLength;
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

  /**
   * The number of the state at `words[at]` if it is known, else -1 - n where n is the number that it has been given
   * now.
   */
  insert(words: Int32Array, at = 0): number {
    this.#reserve(1);
    return this.#insert(words, at, hashOf(words, at, this.#wordsPerState));
  }

  /**
   * The same as numberAt for the first `count` of the states that `chosen` lists: the number of the n-th becomes
   * numbers[n].
   */
  numberAll(states: Int32Array, chosen: Int32Array, count: number, numbers: Int32Array): void {
    this.#reserve(count);
    this.#lookAhead(states, chosen, count);
    for (let index = 0; index < count; index++) {
      const number = this.#insert(states, chosen[index]! * this.#wordsPerState, this.#hashes[index]!);
      numbers[index] = number ^ (number >> 31);
    }
  }

  /**
   * Loads that wait for nothing, and not for each other: the slots where the searches begin, and the states that they
   * tell of.
   */
  #lookAhead(states: Int32Array, chosen: Int32Array, count: number): void {
    if (count > this.#hashes.length) {
      this.#hashes = new Int32Array(2 * count);
      this.#ahead = new Int32Array(2 * count);
    }
    const width = this.#wordsPerState;
    const [slots, mask] = [this.#slots, this.#numberMask];
    const [hashes, ahead, known] = [this.#hashes, this.#ahead, this.#states];
    for (let index = 0; index < count; index++) hashes[index] = hashOf(states, chosen[index]! * width, width);
    for (let index = 0; index < count; index++) ahead[index] = slots[hashes[index]! & mask]!;
    for (let index = 0; index < count; index++) {
      const entry = ahead[index]!;
      if (entry !== 0 && ((entry ^ hashes[index]!) & ~mask) === 0) ahead[index] = known[((entry & mask) - 1) * width]!;
    }
  }

  /** There must be room. */
  #insert(words: Int32Array, at: number, hash: number): number {
    const width = this.#wordsPerState;
    const [states, slots, mask] = [this.#states, this.#slots, this.#numberMask];
    let slot = hash & mask;
    for (let entry = slots[slot]!; entry !== 0; entry = slots[slot]!) {
      if (((entry ^ hash) & ~mask) === 0) {
        const number = (entry & mask) - 1;
        let word = 0;
        while (word < width && states[number * width + word] === words[at + word]) word++;
        if (word === width) return number;
      }
      slot = slotAfter(slot, hash) & mask;
    }
    const number = this.#count++;
    slots[slot] = (hash & ~mask) | (number + 1);
    for (let word = 0; word < width; word++) states[number * width + word] = words[at + word]!;
    return -1 - number;
  }

  /** Makes room for this number of states. */
  #reserve(count: number): void {
    const needed = this.#count + count;
    while (needed > this.#countMax) this.#growSlots();
    const words = needed * this.#wordsPerState;
    if (words > this.#states.length)
      this.#states = enlarged(this.#states, words, this.#statesMax * this.#wordsPerState);
  }

  #growSlots(): void {
    const { length } = this.#slots;
    const slots = zeros(this.#slots, (length < LARGE_SLOTS ? 4 : 2) * length);
    const mask = slots.length - 1;
    const width = this.#wordsPerState;
    const states = this.#states;
    const hashes = new Int32Array(MOVED_STATES);
    let seen = 0;
    for (let first = 0; first < this.#count; first += MOVED_STATES) {
      const end = Math.min(first + MOVED_STATES, this.#count);
      for (let number = first; number < end; number++) {
        const hash = hashOf(states, number * width, width);
        hashes[number - first] = hash;
        seen |= slots[hash & mask]!;
      }
      for (let number = first; number < end; number++) {
        const hash = hashes[number - first]!;
        let slot = hash & mask;
        while (slots[slot] !== 0) slot = slotAfter(slot, hash) & mask;
        slots[slot] = (hash & ~mask) | (number + 1);
      }
    }
    // Used, so that the compiler keeps the loads.
    this.#ahead[0] = seen;
    this.#slots = slots;
    this.#numberMask = mask;
    this.#countMax = Math.floor(slots.length * LOAD_MAX);
  }
}

/**
 * Where the search for a state of this hash goes on: around the bucket that it began in, and then at the same place of
 * the next.
 */
function slotAfter(slot: number, hash: number): number {
  const next = (slot & -BUCKET_SLOTS) | ((slot + 1) & (BUCKET_SLOTS - 1));
  return ((next ^ hash) & (BUCKET_SLOTS - 1)) === 0 ? next + BUCKET_SLOTS : next;
}
