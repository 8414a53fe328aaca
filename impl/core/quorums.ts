/**
 * The quorums of one register set, computed once for each table: deriving phase-1 quorums is far too slow for every attempt.
 */
import { phase1Quorums, phase2Quorums, type QuorumTable, rangeOf } from "../../spec/quorum-table.js";
import type { ServerSet } from "../../spec/server-set.js";

export interface Quorums {
  /** Enough servers to have prepared; just the empty set where there is nothing below to prepare. */
  readonly phase1: readonly ServerSet[];
  /** Enough servers to decide. */
  readonly phase2: readonly ServerSet[];
}

const known = new WeakMap<QuorumTable, Map<number, Quorums>>();

/** Throws RangeError for a register set that the table does not have. */
export function quorumsOf(table: QuorumTable, registerSet: number): Quorums {
  const ofTable = known.get(table) ?? new Map<number, Quorums>();
  known.set(table, ofTable);
  const representative = representativeOf(table, registerSet);
  let quorums = ofTable.get(representative);
  if (quorums === undefined) {
    quorums = { phase1: phase1Quorums(table, representative), phase2: phase2Quorums(table, representative) };
    ofTable.set(representative, quorums);
  }
  return quorums;
}

/** A set's quorums depend on its range, and on whether a set of its own range lies below it: two kinds for each range. */
function representativeOf(table: QuorumTable, registerSet: number): number {
  const range = rangeOf(table, registerSet);
  if (range === undefined) return registerSet;
  return Math.min(registerSet, range.first + 1);
}
