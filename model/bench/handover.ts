/**
 * How one thread hands states to one other: a ring of batches, written by the one and read by the other.
 *
 * There is one writer and one reader, so neither locks: each batch is published by moving the ring's end, and given back by
 * moving its start (Lamport, "Specifying Concurrent Program Modules", 1983).
 */
import type { Arrival } from "../kernel/independence.js";
import { sharedInt32Array } from "../kernel/search-memory.js";

/** As many as the kernel inserts at a time: enough for their cache misses to overlap. */
export const BATCH_STATES = 256;

/** Batches in a ring: the writer goes on while the reader expands a batch or two of its own, or enlarges its tables for a while. */
const RING_BATCHES = 64;

/** Start and end stand in cache lines of their own, since different threads write them. */
const START = 0;
const END = 16;
const ENDS_LENGTH = 32;

/** Plain shared memory, so that it can be posted to a worker as it is. */
export interface Handover {
  /** How many batches were given back, at START, and published, at END; the n-th batch stands at n modulo RING_BATCHES. */
  readonly ends: Int32Array;
  /** counts[b]: the states in batch b. */
  readonly counts: Int32Array;
  /** Batch b's states, packed, from b * BATCH_STATES * width on. */
  readonly states: Int32Array;
  /** How each of them was found. */
  readonly arrivals: Uint8Array;
}

/** @param width words of a state */
export const allocateHandover = (width: number): Handover => ({
  ends: sharedInt32Array(ENDS_LENGTH),
  counts: sharedInt32Array(RING_BATCHES),
  states: sharedInt32Array(RING_BATCHES * BATCH_STATES * width),
  arrivals: new Uint8Array(new SharedArrayBuffer(RING_BATCHES * BATCH_STATES)),
});

export const handoverBytes = ({ states, arrivals }: Handover): number => states.byteLength + arrivals.byteLength;

/** The writer's end. */
export class Outbox {
  readonly #ring: Handover;
  readonly #width: number;
  /** Batches published. */
  #end = 0;
  /** States in the batch that is not published yet. */
  #count = 0;

  constructor(ring: Handover, width: number) {
    this.#ring = ring;
    this.#width = width;
  }

  /** Whether another state may be put in; if not, the reader must take a batch out first. */
  get hasRoom(): boolean {
    return this.#count > 0 || this.#end - Atomics.load(this.#ring.ends, START) < RING_BATCHES;
  }

  /** Puts in a state; true if that made the batch full and published it. */
  put(states: Int32Array, offset: number, arrival: Arrival): boolean {
    const { arrivals, states: ring } = this.#ring;
    const width = this.#width;
    const place = (this.#end % RING_BATCHES) * BATCH_STATES + this.#count++;
    for (let word = 0; word < width; word++) ring[place * width + word] = states[offset + word]!;
    arrivals[place] = arrival;
    return this.#count === BATCH_STATES && this.publish();
  }

  /** Publishes what has been put in; false if there is nothing. */
  publish(): boolean {
    if (this.#count === 0) return false;
    this.#ring.counts[this.#end % RING_BATCHES] = this.#count;
    this.#count = 0;
    // Whoever sees the new end sees what was written before it.
    Atomics.store(this.#ring.ends, END, ++this.#end);
    return true;
  }
}

/** The reader's end. */
export class Inbox {
  readonly #ring: Handover;
  readonly #width: number;
  /** Batches given back. */
  #start = 0;

  constructor(ring: Handover, width: number) {
    this.#ring = ring;
    this.#width = width;
  }

  /** Copies the oldest batch to the beginning of these arrays and gives it back; returns how many states it had, 0 for no batch. */
  take(states: Int32Array, arrivals: Uint8Array): number {
    const ring = this.#ring;
    if (Atomics.load(ring.ends, END) === this.#start) return 0;
    const batch = this.#start % RING_BATCHES;
    const count = ring.counts[batch]!;
    const first = batch * BATCH_STATES;
    const words = count * this.#width;
    // Element by element: a view for every batch would leave garbage.
    for (let word = 0; word < words; word++) states[word] = ring.states[first * this.#width + word]!;
    for (let state = 0; state < count; state++) arrivals[state] = ring.arrivals[first + state]!;
    Atomics.store(ring.ends, START, ++this.#start);
    return count;
  }
}
