/** Quorum tables built by hand, for tests that must not depend on reading files. */
import { listFormula } from "../families/formula.js";
import type { Allocation, QuorumFamily, QuorumTable, RegisterRange, Selection, Vote } from "../quorum-table.js";
import type { ServerSet } from "../server-set.js";

export const FOREVER = Number.POSITIVE_INFINITY;

/** Quorums written as their servers' digits, e.g. `quorums("01", "2")` is {S0, S1} and {S2}. */
export function quorums(...names: string[]): ServerSet[] {
  return names.map((name) => [...name].reduce((set, digit) => set | (1 << Number(digit)), 0));
}

interface RangeShape {
  readonly sets: readonly [first: number, last: number];
  readonly decide: readonly ServerSet[];
  readonly prepare?: readonly ServerSet[];
  readonly open?: boolean;
  /** Left out: nobody is elected. */
  readonly elected?: { readonly vote: Vote; readonly elect?: readonly ServerSet[] };
  /** Whether it waits for a decision in the range before. */
  readonly gated?: boolean;
}

/**
 * A table over servers S0, S1, …. As in a file with one range every three lines from line 3: range i stands at line 3 +
 * 3i, its `decide` on the next line and its `prepare` on the one after.
 */
export function tableOf(
  servers: number,
  ranges: readonly RangeShape[],
  { selection = "greatest", name = "by-hand" }: { selection?: Selection; name?: string } = {},
): QuorumTable {
  return {
    name,
    servers: Array.from({ length: servers }, (_, server) => `S${server}`),
    ranges: ranges.map((range, index) => rangeOf(range, 3 + 3 * index, `${name}.yaml`)),
    selection,
    clients: [],
  };
}

function rangeOf(
  { sets: [first, last], decide, prepare, open, elected, gated }: RangeShape,
  line: number,
  file: string,
): RegisterRange {
  const family = (family: readonly ServerSet[], line: number): QuorumFamily => ({
    formula: listFormula(family),
    text: "by hand",
    at: { file, line, column: 14 },
  });
  const allocation: Allocation =
    elected === undefined
      ? { kind: open === true ? "open" : "round-robin" }
      : { kind: "elected", elect: elected.elect ? family(elected.elect, line + 2) : null, vote: elected.vote };
  return {
    first,
    last,
    decide: family(decide, line + 1),
    prepare: prepare === undefined ? null : family(prepare, line + 2),
    allocation,
    ...(gated === true && { after: "decided" }),
    at: { file, line, column: 5 },
  };
}
