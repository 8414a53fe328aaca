/** Which states have been found: what both kinds of table do. */
import type { StateLog } from "./state-log.js";

export interface VisitedSet {
  /**
   * Appends to the log those of the first `count` states that are new, and returns how many of them were dealt with:
   * fewer than `count` if the table or the log is full. sleepSets[n]: how the n-th of them was found.
   */
  insertAll(states: Int32Array, sleepSets: Uint8Array, count: number, log: StateLog): number;

  /**
   * Takes in states that stand in the log already, from number `first` on, and none of which is in the set. False if
   * full.
   */
  insertLogged(states: Int32Array, first: number, count: number): boolean;
}

/**
 * Puts an entry into a slot if it is empty, and returns what was there. A locked exchange holds up the loads of later
 * look-ups, which costs a search a twentieth to a tenth of its time: a thread that is alone with the table does
 * without.
 */
export function putIfEmpty(slots: Int32Array, slot: number, entry: number, isShared: boolean): number {
  if (isShared) return Atomics.compareExchange(slots, slot, 0, entry);
  const held = slots[slot]!;
  if (held === 0) slots[slot] = entry;
  return held;
}
