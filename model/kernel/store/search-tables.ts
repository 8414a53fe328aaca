/** How large the log and the visited set's table of a search are, and when and how they grow. */
import {
  allocateLog,
  allocateMemory,
  BLOCK_STATES,
  CONTROL,
  type MemorySizes,
  type SearchMemory,
  searchMemory,
  sharedInt32Array,
  statesCapacityMax,
} from "./search-memory.js";

export interface TableLimits {
  readonly statesMax: number;
  /** Of the log and the table together. */
  readonly bytesMax: number;
  /** The size of the table that follows one of this size. */
  readonly slotsAfter: (slots: number) => number;
}

/**
 * The table grows when it is this full. Measured on 2 ** 16 to 2 ** 26 slots, the first state that finds no place in a
 * compact table comes at 0.95 to 0.859; should one come sooner, the table grows then.
 */
const LOAD_MAX = 0.86;

/** More states than statesMax may be found before every thread has stopped. */
const STATES_OVERSHOOT = 1 << 20;

/** State numbers are 32-bit integers. */
const STATES_CAPACITY_MAX = 2 ** 31 - STATES_OVERSHOOT;

const BYTES_PER_WORD = Int32Array.BYTES_PER_ELEMENT;

export class SearchTables {
  readonly #limits: TableLimits;
  readonly #sizes: MemorySizes;
  #memory: SearchMemory;
  #isLogGrown = false;

  constructor(sizes: MemorySizes, limits: TableLimits) {
    this.#limits = limits;
    this.#sizes = sizes;
    this.#memory = allocateMemory(sizes);
    this.#setLimits();
  }

  get memory(): SearchMemory {
    return this.#memory;
  }

  /** What is in use of the log, and the whole table. */
  get bytes(): number {
    return this.#logBytes() + this.#memory.slots.byteLength;
  }

  /**
   * Replaces the table by a larger empty one, into which the logged states must be put again, and a small first log by
   * one that is as large as it may ever become: memory that is not touched costs nothing. False if a bound on memory
   * forbids it.
   */
  grow(): boolean {
    const larger = this.#limits.slotsAfter(this.#memory.slots.length);
    // The old table counts too: it is in use while the new one is made.
    if (this.bytes + BYTES_PER_WORD * larger > this.#limits.bytesMax) return false;
    try {
      const log = this.#isLogGrown ? {} : this.#grownLog();
      this.#memory = searchMemory({ ...this.#memory, ...log, slots: sharedInt32Array(larger) });
    } catch (error) {
      // The machine's own bound on memory.
      if (error instanceof RangeError) return false;
      throw error;
    }
    this.#isLogGrown = true;
    this.#setLimits();
    return true;
  }

  /** Whether the log may go on with a larger table. */
  get canLogGrow(): boolean {
    const { control, fill, slots } = this.#memory;
    const isBoundByTable = control[CONTROL.blocksMax] === Math.floor(statesCapacityMax(slots.length) / BLOCK_STATES);
    return !this.#isLogGrown || (isBoundByTable && control[CONTROL.blocksMax]! < fill.length);
  }

  #grownLog(): Pick<SearchMemory, "states" | "sleepSets" | "fill"> {
    const { bytesMax, statesMax } = this.#limits;
    const fitting = Math.floor(bytesMax / this.#stateBytes);
    const statesCapacity = Math.min(statesMax + STATES_OVERSHOOT, fitting, STATES_CAPACITY_MAX);
    const { states, sleepSets, fill } = this.#memory;
    const log = allocateLog({ ...this.#sizes, statesCapacity: Math.max(statesCapacity, fill.length * BLOCK_STATES) });
    log.states.set(states);
    log.sleepSets.set(sleepSets);
    log.fill.set(fill);
    return log;
  }

  #setLimits(): void {
    const { control, fill, slots } = this.#memory;
    const { bytesMax, statesMax } = this.#limits;
    const fitting = Math.floor((bytesMax - slots.byteLength) / this.#blockBytes);
    const numbered = Math.floor(statesCapacityMax(slots.length) / BLOCK_STATES);
    control[CONTROL.blocksMax] = Math.max(1, Math.min(fill.length, fitting, numbered));
    control[CONTROL.statesLimit] = Math.min(statesMax, Math.ceil(slots.length * LOAD_MAX));
  }

  get #blockBytes(): number {
    return BLOCK_STATES * this.#stateBytes;
  }

  /** In the log: its words, and how it was found. */
  get #stateBytes(): number {
    return BYTES_PER_WORD * this.#sizes.wordsPerState + 1;
  }

  #logBytes(): number {
    return this.#memory.control[CONTROL.nextBlock]! * this.#blockBytes;
  }
}
