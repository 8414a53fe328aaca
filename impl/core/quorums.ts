/** The quorums of one register set, made ready once for each table. They are asked about, and never listed. */
import type { Family } from "../../spec/families/family.js";
import { isElected, type QuorumTable, rangeOf, setsStandingFor } from "../../spec/quorum-table.js";
import { electionFamily, phase1Family, phase2Family } from "../../spec/table-families.js";

export interface Quorums {
  /** Enough servers to have prepared; every set is where there is nothing below to prepare. */
  readonly phase1: Family;
  /** Enough servers to decide. */
  readonly phase2: Family;
  /** Enough votes to be elected; null where there is no election. */
  readonly election: Family | null;
}

const known = new WeakMap<QuorumTable, Map<number, Quorums>>();

/** Throws RangeError for a register set that the table does not have. */
export function quorumsOf(table: QuorumTable, registerSet: number): Quorums {
  const ofTable = known.get(table) ?? new Map<number, Quorums>();
  known.set(table, ofTable);
  const representative = representativeOf(table, registerSet);
  let quorums = ofTable.get(representative);
  if (quorums === undefined) {
    quorums = {
      phase1: phase1Family(table, representative),
      phase2: phase2Family(table, representative),
      election: isElected(table, representative) ? electionFamily(table, representative) : null,
    };
    ofTable.set(representative, quorums);
  }
  return quorums;
}

/**
 * A set's quorums depend on its range, and on whether a set of its own range lies below it: two kinds for each range,
 * or for each client that takes turns in one whose quorums depend on that.
 */
function representativeOf(table: QuorumTable, registerSet: number): number {
  const range = rangeOf(table, registerSet);
  if (range === undefined) return registerSet;
  const offset = registerSet - range.first;
  const count = setsStandingFor(table, range);
  const turns = Math.ceil(count / 2);
  return offset < count ? registerSet : range.first + turns + (offset % turns);
}
