/**
 * Where found states stand: one after another in blocks, which threads claim one at a time and fill on their own.
 *
 * The log is at once the breadth-first queue and, afterwards, what shortest runs are found in. A state's number is its
 * place in the log. One thread alone fills blocks in order and leaves no gap; several may leave their last block of a
 * level unfilled.
 */
import type { SleepSet } from "../compile/independence.js";
import { BLOCK_STATES, CONTROL, type SearchMemory } from "./search-memory.js";

/** One thread's pen. */
export class StateLog {
  readonly states: Int32Array;
  readonly #sleepSets: Uint8Array;
  /** The number that the next appended state will get. */
  position = 0;
  /** States appended since this thread began. */
  added = 0;
  readonly #width: number;
  readonly #control: Int32Array;
  readonly #fill: Int32Array;
  #blockEnd = 0;

  constructor(memory: SearchMemory, width: number) {
    this.states = memory.states;
    this.#sleepSets = memory.sleepSets;
    this.#fill = memory.fill;
    this.#control = memory.control;
    this.#width = width;
  }

  /** Where another log of the same thread stopped: memory has been replaced by a larger copy. */
  continueFrom(log: StateLog): void {
    this.position = log.position;
    this.added = log.added;
    this.#blockEnd = log.#blockEnd;
  }

  /** Whether there is no room for another state. Claims a block if need be. */
  get isFull(): boolean {
    if (this.position < this.#blockEnd) return false;
    this.publish();
    const block = Atomics.add(this.#control, CONTROL.nextBlock, 1);
    if (block >= Atomics.load(this.#control, CONTROL.blocksMax)) {
      Atomics.sub(this.#control, CONTROL.nextBlock, 1);
      return true;
    }
    this.position = block * BLOCK_STATES;
    this.#blockEnd = this.position + BLOCK_STATES;
    return false;
  }

  append(states: Int32Array, offset: number, sleepSet: SleepSet): void {
    this.write(states, offset);
    this.advance(sleepSet);
  }

  /** Writes the state where the next one goes; it counts only once the log advances. */
  write(states: Int32Array, offset: number): void {
    const width = this.#width;
    const at = this.position * width;
    for (let word = 0; word < width; word++) this.states[at + word] = states[offset + word]!;
  }

  advance(sleepSet: SleepSet): void {
    this.#sleepSets[this.position++] = sleepSet;
    this.added++;
  }

  /** Lets others know how far the current block is filled. */
  publish(): void {
    if (this.#blockEnd === 0) return;
    const first = this.#blockEnd - BLOCK_STATES;
    this.#fill[first / BLOCK_STATES] = this.position - first;
  }

  /** Leaves the current block as it is: the next state goes into another. */
  close(): void {
    this.publish();
    this.position = 0;
    this.#blockEnd = 0;
  }
}
