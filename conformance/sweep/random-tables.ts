/**
 * Random quorum tables: a sample of those that are too many to examine one by one. Depends on nothing but the
 * request.
 */
import { Dice } from "../chance/dice.js";
import { quorumFamilies } from "./quorum-families.js";
import { type SweepRequest, sweptVote } from "./request.js";
import { type RangeShape, type SweptTable, tableOf } from "./swept-table.js";

/** A range has between one and this many register sets. */
const RANGE_SETS_MAX = 3;

/** One range in this many leaves its phase-1 quorums to be derived. */
const DERIVED_ONE_OF = 4;

/** Where ranges may wait for the one before, one in this many does not. */
const WITHOUT_GATE_ONE_OF = 4;

/** One elected range in this many has election quorums of its own. */
const EXPLICIT_ONE_OF = 2;

/** `count` tables. Any family of the servers is as likely as any other. */
export function* randomTables(request: SweepRequest, count: number, seed: number): Generator<SweptTable> {
  const dice = new Dice(seed);
  const upTo = (max: number): number => dice.between(1, max);
  const familiesOf = Array.from({ length: request.servers + 1 }, (_, servers) => quorumFamilies(servers));
  for (let number = 0; number < count; number++) {
    const servers = upTo(request.servers);
    const families = familiesOf[servers]!;
    const family = () => families[upTo(families.length) - 1]!;
    const rangeCount = upTo(request.ranges);
    const ranges: RangeShape[] = [];
    for (let index = 0, first = 0; index < rangeCount; index++) {
      const closed = first + upTo(RANGE_SETS_MAX) - 1;
      const last = index === rangeCount - 1 && upTo(2) === 1 ? Number.POSITIVE_INFINITY : closed;
      const drawn = { decide: family(), prepare: upTo(DERIVED_ONE_OF) === 1 ? null : family() };
      const isElected = sweptVote(index, request.allocation) !== null;
      const elect = isElected && upTo(EXPLICIT_ONE_OF) === 1 ? family() : null;
      const isGated = request.gates === true && index > 0 && upTo(WITHOUT_GATE_ONE_OF) > 1;
      ranges.push({ first, last, ...drawn, elect, isGated });
      first = closed + 1;
    }
    yield { table: tableOf(`random-${number}`, servers, ranges, request), standsFor: 1 };
  }
}
