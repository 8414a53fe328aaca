/** What a sweep is asked for. Two sweeps with the same request examine the same tables, in the same order and way. */
import type { Selection, Vote } from "../../spec/quorum-table.js";

/** How many register sets each range has before the last, which is open-ended. */
export type Shapes = "one" | "ten";

/**
 * Which ranges are open (none, the first, all), and where that says so, that each other one belongs to a client of its
 * own; or that in all or in the first clients are elected, by votes that are promises or apart from them.
 */
export const SWEPT_ALLOCATIONS = [
  ...(["exclusive", "named", "open-first", "open-first-named", "open"] as const),
  ...(["elected", "elected-first", "elected-apart"] as const),
];

export type SweptAllocation = (typeof SWEPT_ALLOCATIONS)[number];

/** How clients are elected in the range with this number, or null where they are not. */
export function sweptVote(range: number, allocation: SweptAllocation): Vote | null {
  if (allocation === "elected-apart") return "apart";
  return allocation === "elected" || (allocation === "elected-first" && range === 0) ? "promise" : null;
}

/**
 * `reduced`: the ascending reduction, for verdicts; `whole`: every interleaving, for the lengths of shortest runs as
 * well.
 */
export type Explorer = "whole" | "reduced";

/** Plain data: it is the first line of a sweep's file. */
export interface SweepRequest {
  readonly servers: number;
  readonly ranges: number;
  readonly shapes: Shapes;
  readonly selection: Selection;
  readonly allocation: SweptAllocation;
  /**
   * Left out: no range waits for another. Else every range but the first waits for the one before; of random tables,
   * most do.
   */
  readonly gates?: true;
  readonly explorer: Explorer;
  /** How many random tables, of up to `servers` and `ranges`; null for every table of exactly these. */
  readonly random: number | null;
  readonly seed: number | null;
}

/** Of a random table. There are 166 families of 4 servers, 7,579 of 5, and 7.8 million of 6. */
export const SERVERS_MAX = 5;
/** Where every table is examined. */
export const EVERY_TABLE_SERVERS_MAX = 4;
export const RANGES_MAX = 4;

/** Beyond, a sweep takes weeks, and its file fills disks. */
export const TABLES_MAX = 100_000_000;

/** How many values clients may propose. */
export const VALUES = 2;

/** Up to this many servers, exploring every interleaving is cheap; with votes, up to one less. */
const WHOLE_SERVERS_MAX = 3;

type Explored = Pick<SweepRequest, "servers" | "selection" | "allocation">;

/** Selection decision-table asks for more than the reduction keeps (model/registers/reduced.ts). */
export function explorerFor({ servers, selection, allocation }: Explored, wantsLengths: boolean): Explorer {
  const isCheap = servers < WHOLE_SERVERS_MAX || (servers === WHOLE_SERVERS_MAX && sweptVote(0, allocation) === null);
  return wantsLengths || isCheap || selection === "decision-table" ? "whole" : "reduced";
}
