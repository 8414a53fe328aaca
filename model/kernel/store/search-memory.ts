/** The memory that the threads of one search share. */
import { sharedBuffer } from "../platform.js";

/**
 * States in a block of the log: about 0.1 ms of work, and little to waste where a thread leaves its last one unfilled.
 */
export const BLOCK_STATES = 512;

/** All of it is plain shared memory, so it can be posted to a worker as it is. */
export interface SearchMemory {
  /** Fields by CONTROL; from CONTROL.commands on, one a thread. */
  readonly control: Int32Array;
  /** Fields by COUNTER, COUNTER.fields a thread; each written by its thread only. */
  readonly counters: Float64Array;
  /** takenActions[a]: 1 if action a is enabled in some state that was expanded. */
  readonly takenActions: Uint8Array;
  /** The state log, see state-log.ts. */
  readonly states: Int32Array;
  /** sleepSets[n]: how state n of the log was found (independence.ts). */
  readonly sleepSets: Uint8Array;
  /** fill[b]: how many states stand in block b of the log. */
  readonly fill: Int32Array;
  /** The visited set's table, see visited-set.ts. */
  readonly slots: Int32Array;
}

export const CONTROL = {
  /** Distinct states found. */
  states: 0,
  /** Threads stop for the main thread's attention at this number of states. */
  statesLimit: 1,
  /** The next block of the log that no thread has claimed to fill, and how many there may be. */
  nextBlock: 2,
  blocksMax: 3,
  /** The level at work: its first state, and the number past its last. */
  levelFirst: 4,
  levelEnd: 5,
  /** The next block of the level that no thread has claimed to expand. */
  cursor: 6,
  /** A flag. Raised, it asks all threads to stop at the next block, and keep what they have not done. */
  pause: 7,
  /** A flag: a thread found the table full where it looked. */
  tableFull: 8,
  /** A flag: a thread found no block to claim. */
  logFull: 9,
  /** Counts phases: work left over from another phase is void. */
  phase: 10,
  /** Counts levels that ran on several threads: a block of another such level must not be filled further. */
  era: 11,
  /** What the main thread's model is (see SearchThread): other threads must have made the same. */
  model: 12,
  /** Bit p is set if property p fails in some state that was judged. */
  failures: 13,
  /**
   * commands[thread]: what a worker is to do, or that it has nothing to do, a COMMAND. The main thread writes commands;
   * the worker writes `idle` once it has started and whenever it has obeyed, and `failed` if it could not.
   *
   *     starting ─────▶ idle ─── command ──▶ expand, judge, ..
   *        │             ▲  │                  │        │
   *        │             │  └▶ quit            │        │
   *        │             └────── obeyed ───────┘        │
   *        └──────────────────── throws ────────────────┴────▶ failed
   */
  commands: 16,
} as const;

/** Words of control that are raised or not. */
export type Flag = typeof CONTROL.pause | typeof CONTROL.tableFull | typeof CONTROL.logFull;

const LOWERED = 0;
const RAISED = 1;

export const isRaised = (control: Int32Array, flag: Flag): boolean => Atomics.load(control, flag) === RAISED;

export function raise(control: Int32Array, flag: Flag): void {
  Atomics.store(control, flag, RAISED);
}

export function lower(control: Int32Array, flag: Flag): void {
  Atomics.store(control, flag, LOWERED);
}

export const COMMAND = {
  /** The worker waits for a command. */
  idle: 0,
  expand: 1,
  judge: 2,
  expandAndJudge: 3,
  /** Put the logged states into a new table. */
  rehash: 4,
  quit: 5,
  /** The worker has not waited for a command yet. */
  starting: 6,
  /** Add up how many states those of the level stand for. */
  count: 7,
  /** The worker has thrown: the event that tells what is on its way. */
  failed: 8,
} as const;
export type Command = (typeof COMMAND)[keyof typeof COMMAND];

export const COUNTER = { transitions: 0, expanded: 1, represented: 2, fields: 8 } as const;

/** Of all threads. */
export const sumOf = (counters: Float64Array, counter: number): number =>
  counters.reduce((sum, count, place) => sum + (place % COUNTER.fields === counter ? count : 0), 0);

/** Sets a counter so that its sum over all threads is this. */
export function setSum(counters: Float64Array, counter: number, sum: number): void {
  for (let place = counter; place < counters.length; place += COUNTER.fields) counters[place] = 0;
  counters[counter] = sum;
}

export interface MemorySizes {
  readonly threads: number;
  readonly actions: number;
  readonly wordsPerState: number;
  /** Rounded up to whole blocks. */
  readonly statesCapacity: number;
  readonly slots: number;
}

/**
 * Fresh memory, all zeros. The operating system commits pages as they are touched, so room that is not used costs
 * nothing.
 */
export function allocateMemory(sizes: MemorySizes): SearchMemory {
  const { threads, actions } = sizes;
  return searchMemory({
    control: sharedInt32Array(CONTROL.commands + threads),
    counters: new Float64Array(sharedBuffer(8 * COUNTER.fields * threads)),
    takenActions: new Uint8Array(sharedBuffer(actions)),
    ...allocateLog(sizes),
    slots: sharedInt32Array(sizes.slots),
  });
}

/**
 * The same; all that come from here are laid out alike, so that code which was compiled for one is right for the next.
 */
export function searchMemory(parts: SearchMemory): SearchMemory {
  const { control, counters, takenActions, states, sleepSets, fill, slots } = parts;
  return { control, counters, takenActions, states, sleepSets, fill, slots };
}

export function allocateLog({
  statesCapacity,
  wordsPerState,
}: MemorySizes): Pick<SearchMemory, "states" | "sleepSets" | "fill"> {
  const blocks = Math.ceil(statesCapacity / BLOCK_STATES);
  return {
    states: sharedInt32Array(blocks * BLOCK_STATES * wordsPerState),
    sleepSets: new Uint8Array(sharedBuffer(blocks * BLOCK_STATES)),
    fill: sharedInt32Array(blocks),
  };
}

/** How many threads a search has, of which some may not have started yet. */
export const threadsOf = (control: Int32Array): number => control.length - CONTROL.commands;

export const sharedInt32Array = (length: number): Int32Array =>
  new Int32Array(sharedBuffer(Int32Array.BYTES_PER_ELEMENT * length));

/**
 * How far states may be numbered with a table of this number of slots. There are never more states than slots; the log
 * has gaps where several threads end a level, which take far less than as much again.
 */
export const statesCapacityMax = (slots: number): number => 2 * slots + (1 << 16);
