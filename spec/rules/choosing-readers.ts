/** Which clients may have to choose by what a lower set shows, where two clients may have proposed in that. */
import type { Family } from "../families/family.js";
import { isGated, type QuorumTable, type RegisterRange, rangesWaitedFor } from "../quorum-table.js";
import { familyDeciding, phase1Family } from "../table-families.js";
import type { Representative } from "./representatives.js";

export interface ChoosingReaders {
  /** The phase-1 quorums of the upper set that they hear from. */
  readonly prepare: Family;
  /** The ranges between that have decided by then, by quorums that these clients hear no server of. */
  readonly missed: readonly RegisterRange[];
}

/**
 * Whoever hears of a decision above the lower set takes its value. So of a gated upper set only those clients choose by
 * the lower one that wait for its range before all others, and miss a deciding quorum of each range between. In a lower
 * set with a gate itself nobody has proposed a second value.
 */
export function* choosingReaders(
  table: QuorumTable,
  lower: Representative,
  upper: Representative,
): Generator<ChoosingReaders> {
  if (isGated(table, lower.registerSet)) return;
  const prepare = phase1Family(table, upper.registerSet);
  const [first, ...between] = rangesWaitedFor(table, upper.registerSet);
  if (first !== undefined && first !== lower.range) return;
  if (between.length === 0) {
    yield { prepare, missed: [] };
    return;
  }
  const decided = familyDeciding(table, between);
  for (const p of prepare.listOnTheWay()) {
    if (decided.isQuorum(prepare.everybody & ~p)) yield { prepare: prepare.within(p), missed: between };
  }
}
