/** The memory that the threads of a partitioned search share: next to nothing but the rings through which states are handed over. */
import { sharedInt32Array } from "../kernel/search-memory.js";
import { allocateHandover, type Handover } from "./handover.js";

/** All of it is plain shared memory, so it can be posted to a worker as it is. */
export interface PartitionMemory {
  readonly threads: number;
  /** Fields by SIGNAL, so many a thread; each but the bell is written by its thread only. */
  readonly signals: Int32Array;
  /** Fields by TOTAL, so many a thread; each written by its thread only, at the end of every level. */
  readonly totals: Float64Array;
  /** handovers[from * threads + to] */
  readonly handovers: readonly Handover[];
}

/** One cache line a thread. */
export const SIGNAL = {
  /** Moves whenever others have something for the thread: what it sleeps on. */
  bell: 0,
  /** How many levels the thread has expanded, with every successor handed over. */
  expanded: 1,
  /** How many levels' successors it has taken in, its own and those of others. */
  takenIn: 2,
  /** How many states it found in the last of them. */
  found: 3,
  /** 1 if it has thrown an error: nobody must wait for it. */
  failed: 4,
  fields: 16,
} as const;

export const TOTAL = {
  states: 0,
  transitions: 1,
  /** Successors that other threads own and were handed to them, repeats included. */
  handedOver: 2,
  /** The properties that fail somewhere: bit p for property p. */
  failures: 3,
  /** Log and table. */
  bytes: 4,
  fields: 8,
} as const;

/** @param width words of a state */
export const allocatePartitionMemory = (threads: number, width: number): PartitionMemory => ({
  threads,
  signals: sharedInt32Array(SIGNAL.fields * threads),
  totals: new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT * TOTAL.fields * threads)),
  handovers: Array.from({ length: threads * threads }, () => allocateHandover(width)),
});

/** Wakes all threads, the calling one included. */
export function ringAll({ signals, threads }: PartitionMemory): void {
  for (let thread = 0; thread < threads; thread++) ring(signals, thread);
}

export function ring(signals: Int32Array, thread: number): void {
  const bell = thread * SIGNAL.fields + SIGNAL.bell;
  Atomics.add(signals, bell, 1);
  Atomics.notify(signals, bell);
}
