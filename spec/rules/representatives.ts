/**
 * A table has infinitely many register sets but finitely many kinds of them: the first of a range, and the later ones.
 *
 * All sets of a range share their phase-2 quorums. They share phase 1 too, except that the first set of a range has
 * none of the range's own quorums below it, which matters where phase 1 is derived (and set 0 has nothing below it at
 * all). So two sets a range stand for all of them, and whatever two sets of one range can do to each other, these two
 * can. Where quorums depend on who proposes, the kinds are those of each client that takes turns, and two sets of each
 * stand for all.
 */
import { type QuorumTable, type RegisterRange, setsStandingFor } from "../quorum-table.js";

/** One register set that stands for all of its kind, and the range it is from. */
export interface Representative {
  readonly registerSet: number;
  readonly range: RegisterRange;
}

/**
 * The lowest representatives of every range, ascending: its first set and, where it has one, its second; or two for
 * each client.
 */
export const representatives = (table: QuorumTable): Representative[] =>
  table.ranges.flatMap((range) =>
    Array.from({ length: setsStandingFor(table, range) }, (_, offset) => ({
      registerSet: range.first + offset,
      range,
    })),
  );

/**
 * Every two representatives, by the upper one, then by the lower one: the first pair that fails a rule is the lowest.
 */
export function* pairsOfRepresentatives(
  table: QuorumTable,
): Generator<{ lower: Representative; upper: Representative }> {
  const all = representatives(table);
  for (const [index, upper] of all.entries()) for (const lower of all.slice(0, index)) yield { lower, upper };
}
