/**
 * Every quorum table of given numbers of servers and ranges, with explicit phase 1, up to the names of the servers.
 *
 * Where clients are elected, a range without phase 1 has explicit election quorums, and the others elect by phase 1:
 * where votes are promises, whatever both together are is among these. Apart from promises, explicit ones are left to
 * random tables. Servers that are in no quorum are allowed, and so are neighbouring ranges with the same quorums: the
 * tables with fewer servers are among those with more, and where ranges have one set each, the tables with fewer ranges
 * are among those with more.
 */
import { type FamilyCatalogue, familyCatalogue } from "./quorum-families.js";
import { type Shapes, type SweepRequest, sweptVote } from "./request.js";
import { type RangeShape, type SweptTable, tableOf } from "./swept-table.js";
import { countRepresentatives, representatives } from "./up-to-symmetry.js";

const SETS_PER_RANGE: Readonly<Record<Shapes, number>> = { one: 1, ten: 10 };

/** A range of register sets, and whether any of them needs phase 1. */
interface Slot {
  readonly first: number;
  readonly last: number;
  readonly hasPrepare: boolean;
  readonly hasElect: boolean;
  readonly isGated: boolean;
}

export function countEveryTable(request: SweepRequest): bigint {
  return countRepresentatives(familyCatalogue(request.servers), familyCount(slotsOf(request)));
}

export function* everyTable(request: SweepRequest): Generator<SweptTable> {
  const catalogue = familyCatalogue(request.servers);
  const slots = slotsOf(request);
  let number = 0;
  for (const { families, orbitSize } of representatives(catalogue, familyCount(slots))) {
    const ranges = rangesOf(slots, families, catalogue);
    yield { table: tableOf(`sweep-${number++}`, request.servers, ranges, request), standsFor: orbitSize };
  }
}

/** Set 0 needs no phase 1, so a first range of one set has no phase-1 quorums to choose. */
function slotsOf({ ranges, shapes, allocation, gates }: SweepRequest): Slot[] {
  const length = SETS_PER_RANGE[shapes];
  return Array.from({ length: ranges }, (_, index) => {
    const first = index * length;
    const last = index === ranges - 1 ? Number.POSITIVE_INFINITY : first + length - 1;
    const hasPrepare = last > 0;
    const hasElect = !hasPrepare && sweptVote(index, allocation) !== null;
    return { first, last, hasPrepare, hasElect, isGated: gates === true && index > 0 };
  });
}

const familyCount = (slots: readonly Slot[]): number =>
  slots.reduce((count, { hasPrepare, hasElect }) => count + 1 + Number(hasPrepare) + Number(hasElect), 0);

/**
 * The families are those of the ranges in turn: of each, `decide`, then `prepare` if it has one, then `elect` if it has
 * one.
 */
function rangesOf(slots: readonly Slot[], chosen: readonly number[], { families }: FamilyCatalogue): RangeShape[] {
  let next = 0;
  return slots.map(({ first, last, hasPrepare, hasElect, isGated }) => ({
    first,
    last,
    isGated,
    decide: families[chosen[next++]!]!,
    prepare: hasPrepare ? families[chosen[next++]!]! : null,
    elect: hasElect ? families[chosen[next++]!]! : null,
  }));
}
