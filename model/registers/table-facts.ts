/** What a table says of some of its register sets, each under its number among them. */
import type { Family } from "../../spec/families/family.js";
import {
  hasOwner,
  isElected,
  isGated,
  type QuorumTable,
  rangesWaitedFor,
  votesPromise,
} from "../../spec/quorum-table.js";
import { electionFamily, isShared, phase1Family, phase2Family } from "../../spec/table-families.js";

export class TableFacts {
  /** One client alone may propose in the set, says the table. */
  readonly owned: readonly boolean[];
  /** Two clients may propose in it, as far as the table says: it is open, or elected by quorums that need not meet. */
  readonly shared: readonly boolean[];
  /** Its votes are promises. */
  readonly promising: readonly boolean[];
  readonly phase1: readonly Family[];
  readonly phase2: readonly Family[];
  /** Null for a set that is not elected. */
  readonly elections: readonly (Family | null)[];
  /** The sets of the range before, of which one must have decided; null for a set without a gate. */
  readonly gates: readonly (readonly number[] | null)[];

  /** @param registerSets real indices, ascending */
  constructor(table: QuorumTable, registerSets: readonly number[]) {
    this.owned = registerSets.map((real) => hasOwner(table, real));
    this.shared = registerSets.map((real) => isShared(table, real));
    this.promising = registerSets.map((real) => votesPromise(table, real));
    this.phase1 = registerSets.map((real) => phase1Family(table, real));
    this.phase2 = registerSets.map((real) => phase2Family(table, real));
    this.elections = registerSets.map((real) => (isElected(table, real) ? electionFamily(table, real) : null));
    this.gates = gatesOf(table, registerSets);
  }
}

/** Sets that wait for the same range share one list: a log may name a hundred thousand. */
function gatesOf(table: QuorumTable, registerSets: readonly number[]): TableFacts["gates"] {
  const setsOfRange = new Map<number, readonly number[]>();
  return registerSets.map((real) => {
    if (!isGated(table, real)) return null;
    const { first, last } = rangesWaitedFor(table, real).at(-1)!;
    const isWithin = (r: number) => first <= registerSets[r]! && registerSets[r]! <= last;
    const waitedFor = setsOfRange.get(first) ?? Array.from(registerSets.keys()).filter(isWithin);
    setsOfRange.set(first, waitedFor);
    return waitedFor;
  });
}
