/**
 * Every quorum table of given numbers of servers and ranges, with explicit phase 1, up to the names of the servers.
 *
 * Servers that are in no quorum are allowed, and so are neighbouring ranges with the same quorums: the tables with
 * fewer servers are among those with more, and where ranges have one set each, the tables with fewer ranges are among
 * those with more.
 */
import { type FamilyCatalogue, familyCatalogue } from "./quorum-families.js";
import type { Shapes, SweepRequest } from "./request.js";
import { type RangeShape, type SweptTable, tableOf } from "./swept-table.js";
import { countRepresentatives, representatives } from "./up-to-symmetry.js";

const SETS_PER_RANGE: Readonly<Record<Shapes, number>> = { one: 1, ten: 10 };

/** A range of register sets, and whether any of them needs phase 1. */
interface Slot {
  readonly first: number;
  readonly last: number;
  readonly hasPrepare: boolean;
}

export function countEveryTable({ servers, ranges, shapes }: SweepRequest): bigint {
  return countRepresentatives(familyCatalogue(servers), familyCount(slotsOf(ranges, shapes)));
}

export function* everyTable(request: SweepRequest): Generator<SweptTable> {
  const catalogue = familyCatalogue(request.servers);
  const slots = slotsOf(request.ranges, request.shapes);
  let number = 0;
  for (const { families, orbitSize } of representatives(catalogue, familyCount(slots))) {
    const ranges = rangesOf(slots, families, catalogue);
    yield { table: tableOf(`sweep-${number++}`, request.servers, ranges, request), standsFor: orbitSize };
  }
}

/** Set 0 needs no phase 1, so a first range of one set has no phase-1 quorums to choose. */
function slotsOf(ranges: number, shapes: Shapes): Slot[] {
  const length = SETS_PER_RANGE[shapes];
  return Array.from({ length: ranges }, (_, index) => {
    const first = index * length;
    const last = index === ranges - 1 ? Number.POSITIVE_INFINITY : first + length - 1;
    return { first, last, hasPrepare: last > 0 };
  });
}

const familyCount = (slots: readonly Slot[]): number =>
  slots.reduce((count, { hasPrepare }) => count + (hasPrepare ? 2 : 1), 0);

/** The families are those of the ranges in turn: of each, `decide` and then `prepare` if it has one. */
function rangesOf(slots: readonly Slot[], chosen: readonly number[], { families }: FamilyCatalogue): RangeShape[] {
  let next = 0;
  return slots.map(({ first, last, hasPrepare }) => ({
    first,
    last,
    decide: families[chosen[next++]!]!,
    prepare: hasPrepare ? families[chosen[next++]!]! : null,
  }));
}
