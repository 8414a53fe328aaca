/**
 * The visited set for states of up to 64 bits: exact, four bytes a slot, one cache line a look-up, shared between
 * threads.
 *
 * A state's bits are mixed by a bijection on exactly as many bits, so that nothing is lost: the top bits choose a
 * bucket, and the rest, which the bucket does not tell, is what a slot stores, with how many full buckets it had to
 * pass over. This is quotienting (Knuth, TAOCP 6.4, exercise 13; Cleary, "Compact hash tables using bidirectional
 * linear probing", 1984), in buckets of one cache line. A slot is written once and never changed, so a
 * compare-and-exchange on an empty slot is all the synchronisation there is: of two threads that insert the same state,
 * both stop at the same first empty slot.
 *
 * There are 2 ** n slots, or 3 * 2 ** n: sizes only a third or a half apart, so that large tables never stand half
 * empty.
 */
import { firstBits } from "../declaration/bits.js";
import type { StateLog } from "./state-log.js";
import { putIfEmpty, type VisitedSet } from "./visited-set.js";

/** Slots in a bucket, 2 ** 4: 64 bytes, one cache line. */
const BUCKET_BITS = 4;
const BUCKET_SLOTS = 1 << BUCKET_BITS;

/** How many buckets a state may stand in: one less than four bits tell apart, since an entry must not be 0. */
const DISPLACEMENTS = 15;
const DISPLACEMENT_BITS = 4;

const LOW_WORD_BITS = 32;

/** How many bits of a mixed state the slot stores: those that neither the bucket nor the displacement needs. */
const STORED_BITS_MAX = 32 - DISPLACEMENT_BITS;

/**
 * The smallest table of 2 ** n slots for states whose second word has this number of bits in use, as n; all larger ones
 * will do.
 */
export const compactSlotBitsMin = (highBits: number): number =>
  LOW_WORD_BITS + highBits - STORED_BITS_MAX + BUCKET_BITS;

/** Whether a table has 3 * 2 ** n slots. */
const isInThirds = (slots: number): boolean => slots % 3 === 0;

/** What came of an insertion. */
const KNOWN = 0;
const ADDED = 1;
const FULL = -1;

export class CompactSet implements VisitedSet {
  readonly #slots: Int32Array;
  /** Whether other threads may insert at the same time. */
  readonly #isShared: boolean;
  /** Words of a state, 1 or 2. */
  readonly #width: number;
  readonly #highBits: number;
  readonly #highMask: number;
  /**
   * How many bits choose a bucket. Of a table in thirds, the buckets that they would choose among are a third more than
   * there are.
   */
  readonly #bucketBits: number;
  readonly #isInThirds: boolean;
  readonly #stepMask: number;
  // What the look-ups of one batch need, computed ahead so that their cache misses overlap.
  readonly #entries: Int32Array;
  readonly #places: Int32Array;
  readonly #firsts: Int32Array;

  /** `slots` are no fewer than 2 ** compactSlotBitsMin; `highBits` of a second word are in use. */
  constructor(slots: Int32Array, width: number, highBits: number, batchStates: number, isShared: boolean) {
    this.#slots = slots;
    this.#isShared = isShared;
    this.#width = width;
    this.#highBits = highBits;
    this.#highMask = firstBits(highBits);
    this.#isInThirds = isInThirds(slots.length);
    const wholeSlots = this.#isInThirds ? (slots.length / 3) * 4 : slots.length;
    this.#bucketBits = Math.log2(wholeSlots) - BUCKET_BITS;
    this.#stepMask = firstBits(31 - Math.clz32(slots.length));
    this.#entries = new Int32Array(batchStates);
    this.#places = new Int32Array(batchStates);
    this.#firsts = new Int32Array(batchStates);
  }

  insertAll(states: Int32Array, sleepSets: Uint8Array, count: number, log: StateLog): number {
    this.#lookAhead(states, 0, count);
    const width = this.#width;
    const entries = this.#entries;
    const places = this.#places;
    const firsts = this.#firsts;
    for (let index = 0; index < count; index++) {
      const entry = entries[index]!;
      if (firsts[index] === entry) continue;
      if (log.isFull) return index;
      const outcome = this.#insert(entry, places[index]!);
      if (outcome === FULL) return index;
      if (outcome === ADDED) log.append(states, index * width, sleepSets[index]!);
    }
    return count;
  }

  insertLogged(states: Int32Array, first: number, count: number): boolean {
    this.#lookAhead(states, first * this.#width, count);
    for (let index = 0; index < count; index++) {
      if (this.#insert(this.#entries[index]!, this.#places[index]!) === FULL) return false;
    }
    return true;
  }

  /**
   * Mixes the states and loads the slot where each search begins: loads that wait for nothing, and not for each other.
   */
  #lookAhead(states: Int32Array, offset: number, count: number): void {
    const slots = this.#slots;
    const width = this.#width;
    const highMask = this.#highMask;
    const bucketBits = this.#bucketBits;
    const restBits = LOW_WORD_BITS - bucketBits;
    const isInThirds = this.#isInThirds;
    const lastQuarter = 1 << (restBits + this.#highBits);
    const entries = this.#entries;
    const places = this.#places;
    const firsts = this.#firsts;
    for (let index = 0; index < count; index++) {
      let low = states[offset + index * width]!;
      let high = width === 1 ? 0 : states[offset + index * width + 1]!;
      // Every line is invertible: odd multiplications, xorshifts, and xors of one half with a function of the other.
      low = Math.imul(low ^ (low >>> 16), 0x21f0aaad);
      low = Math.imul(low ^ (low >>> 15), 0x735a2d97);
      high = (high ^ (low >>> 9) ^ (low << 3)) & highMask;
      low ^= Math.imul(high, 0x9e3779b1);
      low = Math.imul(low ^ (low >>> 15), 0x85ebca6b);
      low ^= low >>> 15;
      let stored = ((low << bucketBits) >>> bucketBits) | (high << restBits);
      let bucket = low >>> restBits;
      if (isInThirds) {
        // Of every four buckets there are three. What belongs in the fourth goes into one of them by the rest, and says
        // so.
        const quarter = bucket & 3;
        bucket = 3 * (bucket >>> 2) + (quarter === 3 ? (stored >>> 0) % 3 : quarter);
        if (quarter === 3) stored |= lastQuarter;
      }
      const place = (bucket << BUCKET_BITS) | (low & (BUCKET_SLOTS - 1));
      entries[index] = (stored << DISPLACEMENT_BITS) + 1;
      places[index] = place;
    }
    // A loop of its own: the shorter it is, the more loads are under way at once.
    for (let index = 0; index < count; index++) firsts[index] = slots[places[index]!]!;
  }

  #insert(undisplaced: number, place: number): number {
    const slots = this.#slots;
    let next = place & ~(BUCKET_SLOTS - 1);
    // Of what is stored, so that the first bucket can be told from any other; odd, so that all buckets are different.
    // Going to the next bucket instead would make full neighbours grow together, and end the search at half the load.
    const step = (((undisplaced >>> DISPLACEMENT_BITS) << BUCKET_BITS) & this.#stepMask) | BUCKET_SLOTS;
    // Nothing comes after a full bucket but what a first one had, too: code that runs for the first time makes the
    // compiler begin again.
    let displacement = 0;
    while (displacement < DISPLACEMENTS) {
      const entry = (undisplaced + displacement++) | 0;
      const bucket = next;
      next = bucket + step < slots.length ? bucket + step : bucket + step - slots.length;
      for (let turn = 0; turn < BUCKET_SLOTS; turn++) {
        const slot = bucket | ((place + turn) & (BUCKET_SLOTS - 1));
        let held = slots[slot]!;
        // The plain load may be stale; the exchange is not, and tells what another thread has put there meanwhile.
        if (held === 0) {
          held = putIfEmpty(slots, slot, entry, this.#isShared);
          if (held === 0) return ADDED;
        }
        if (held === entry) return KNOWN;
      }
    }
    return FULL;
  }
}
