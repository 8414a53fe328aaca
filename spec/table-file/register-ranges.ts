import { formatRange } from "../quorum-table.js";
import { quote } from "../quote.js";
import type { RangeShape } from "../schema/table-shape.js";
import { formatPosition, type SourcePosition } from "../source-position.js";
import type { Problems } from "./problems.js";
import type { YamlSource } from "./yaml-source.js";

/** No run gets this far; up to here a register set's number is exact and fits into 32 bits. */
export const REGISTER_SET_MAX = 2 ** 31;

/** First and last register set, inclusive; `last` is Infinity for an open range. */
export interface Interval {
  readonly first: number;
  readonly last: number;
}

/**
 * The intervals of the ranges, or null where one is wrong; they start at 0 and follow each other without gap or
 * overlap.
 */
export function readIntervals(
  ranges: readonly RangeShape[],
  source: YamlSource,
  problems: Problems,
): readonly (Interval | null)[] {
  if (ranges.length === 0) {
    problems.report(
      source.at(["registers"]),
      'the list "registers" is empty',
      "as in [{ sets: 0.., decide: majority }]",
    );
  }
  const at = (index: number) => source.at(["registers", index, "sets"]);
  const intervals = ranges.map(({ sets }, index): Interval | null => {
    const interval = parseInterval(sets);
    if ("first" in interval) return interval;
    problems.report(at(index), interval.problem, interval.hint);
    return null;
  });
  // A range that cannot be read leaves a gap that is not a mistake of its own.
  if (intervals.every((interval) => interval !== null)) {
    reportMisplaced(intervals, at, problems);
  }
  return intervals;
}

function reportMisplaced(
  intervals: readonly Interval[],
  at: (index: number) => SourcePosition,
  problems: Problems,
): void {
  const neighbours = intervals.slice(1).map((interval, index) => ({
    index: index + 1,
    pair: `${show(intervals[index]!)} (${formatPosition(at(index))}) and ${show(interval)}`,
    before: intervals[index]!,
    interval,
  }));
  const disordered = neighbours.filter(({ before, interval }) => interval.first < before.first);
  for (const { index, pair } of disordered) problems.report(at(index), `the ranges ${pair} are out of order`);
  // Gaps and overlaps mean nothing until the ranges are in order.
  if (disordered.length > 0) return;
  const [first] = intervals;
  if (first !== undefined && first.first > 0) {
    problems.report(at(0), `the first range ${show(first)} must start at register set 0`);
  }
  for (const { index, pair, before, interval } of neighbours) {
    const problem = whyNotNext(before, interval, pair);
    if (problem !== null) problems.report(at(index), problem);
  }
}

function whyNotNext(before: Interval, interval: Interval, pair: string): string | null {
  if (interval.first <= before.last) {
    const isAfterOpen = before.last === Number.POSITIVE_INFINITY;
    const overlap = { first: interval.first, last: Math.min(before.last, interval.last) };
    const reason = isAfterOpen ? ": an open range must be the last" : "";
    return `the ranges ${pair} overlap in ${formatSets(overlap)}${reason}`;
  }
  const gap = { first: before.last + 1, last: interval.first - 1 };
  return gap.first > gap.last ? null : `no quorums for ${formatSets(gap)}: a gap between the ranges ${pair}`;
}

type Unreadable = { readonly problem: string; readonly hint: string };

/** `0`, `0..9` or `10..`, with or without spaces. */
export function parseInterval(text: string): Interval | Unreadable {
  const match = /^\s*(\d+)\s*(?:(\.\.)\s*(\d+)?\s*)?$/.exec(text);
  if (match === null) {
    return {
      problem: `${quote(text)} is not a range of register sets`,
      hint: "write 0 or 0..9, or 10.. for an open range",
    };
  }
  const first = Number(match[1]);
  const open = match[2] === undefined ? first : Number.POSITIVE_INFINITY;
  const last = match[3] === undefined ? open : Number(match[3]);
  if (first > REGISTER_SET_MAX || (last !== Number.POSITIVE_INFINITY && last > REGISTER_SET_MAX)) {
    return {
      problem: `${quote(text)} goes beyond register set ${REGISTER_SET_MAX}`,
      hint: "an open range such as 10.. has no end",
    };
  }
  if (first > last) return { problem: `${quote(text)} runs backwards`, hint: `write ${last}..${first}` };
  return { first, last };
}

const show = (interval: Interval): string => `"${formatRange(interval)}"`;

const formatSets = (interval: Interval): string =>
  `register ${interval.first === interval.last ? "set" : "sets"} ${formatRange(interval)}`;
