/**
 * The visited set for states of any width: a slot holds a state's number in the log, where its words are compared.
 *
 * Slots are written once, as in compact-set.ts. The words are in the log before the compare-and-exchange publishes
 * their number, so whoever sees the number sees the words. Bits that the number leaves free hold part of the state's
 * hash, which tells most states apart without a look at the log.
 */
import { firstBits } from "../declaration/bits.js";
import { hashOf } from "./state-hash.js";
import type { StateLog } from "./state-log.js";
import { putIfEmpty, type VisitedSet } from "./visited-set.js";

/** A search that has gone so far gives up, and the table is made larger. */
const PROBES_MAX = 1024;

export class NumberedSet implements VisitedSet {
  readonly #slots: Int32Array;
  /** Whether other threads may insert at the same time. */
  readonly #isShared: boolean;
  readonly #width: number;
  readonly #numberMask: number;
  readonly #hashes: Int32Array;
  readonly #firsts: Int32Array;
  /**
   * Of states that seem to be known, the first word in the log: loaded ahead, for nothing but to have it in the cache.
   */
  readonly #loggedWords: Int32Array;

  /** Numbers go up to numberMax. */
  constructor(slots: Int32Array, width: number, numberMax: number, batchStates: number, isShared: boolean) {
    this.#slots = slots;
    this.#isShared = isShared;
    this.#width = width;
    // A slot holds number + 1.
    this.#numberMask = firstBits(32 - Math.clz32(numberMax + 1));
    this.#hashes = new Int32Array(batchStates);
    this.#firsts = new Int32Array(batchStates);
    this.#loggedWords = new Int32Array(batchStates);
  }

  insertAll(states: Int32Array, sleepSets: Uint8Array, count: number, log: StateLog): number {
    this.#lookAhead(states, 0, count);
    this.#lookAheadInLog(log, count);
    for (let index = 0; index < count; index++) {
      if (log.isFull || !this.#insert(index, states, sleepSets, log)) return index;
    }
    return count;
  }

  insertLogged(states: Int32Array, first: number, count: number): boolean {
    this.#lookAhead(states, first * this.#width, count);
    const slots = this.#slots;
    for (let index = 0; index < count; index++) {
      const hash = this.#hashes[index]!;
      const entry = this.#entry(hash, first + index);
      let probe = 0;
      while (probe < PROBES_MAX && this.#put((hash + probe) & (slots.length - 1), entry) !== 0) probe++;
      if (probe === PROBES_MAX) return false;
    }
    return true;
  }

  #put(slot: number, entry: number): number {
    return putIfEmpty(this.#slots, slot, entry, this.#isShared);
  }

  #entry(hash: number, number: number): number {
    return (hash & ~this.#numberMask) | (number + 1);
  }

  #lookAhead(states: Int32Array, offset: number, count: number): void {
    const slots = this.#slots;
    const width = this.#width;
    for (let index = 0; index < count; index++) {
      const hash = hashOf(states, offset + index * width, width);
      this.#hashes[index] = hash;
      this.#firsts[index] = slots[hash & (slots.length - 1)]!;
    }
  }

  #lookAheadInLog(log: StateLog, count: number): void {
    for (let index = 0; index < count; index++) {
      const held = this.#firsts[index]!;
      if (held === 0 || ((held ^ this.#hashes[index]!) & ~this.#numberMask) !== 0) continue;
      this.#loggedWords[index] = log.states[((held & this.#numberMask) - 1) * this.#width]!;
    }
  }

  /** False if there is no room near. */
  #insert(index: number, states: Int32Array, sleepSets: Uint8Array, log: StateLog): boolean {
    const hash = this.#hashes[index]!;
    const offset = index * this.#width;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let isWritten = false;
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const slot = (hash + probe) & mask;
      // A plain load may miss what another thread has put there meanwhile; the exchange does not. Where it sees a
      // number, it sees the words too: they are found by the number, and no processor loads them before it.
      let held = slots[slot]!;
      if (held === 0) {
        if (!isWritten) log.write(states, offset);
        isWritten = true;
        held = this.#put(slot, this.#entry(hash, log.position));
        if (held === 0) {
          log.advance(sleepSets[index]!);
          return true;
        }
      }
      if (((held ^ hash) & ~this.#numberMask) === 0 && this.#isAt((held & this.#numberMask) - 1, states, offset, log))
        return true;
    }
    return false;
  }

  #isAt(number: number, states: Int32Array, offset: number, log: StateLog): boolean {
    const width = this.#width;
    for (let word = 0; word < width; word++) {
      if (log.states[number * width + word] !== states[offset + word]) return false;
    }
    return true;
  }
}
