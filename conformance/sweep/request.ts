/** What a sweep is asked for. Two sweeps with the same request examine the same tables, in the same order and way. */
import type { Selection } from "../../spec/quorum-table.js";

/** How many register sets each range has before the last, which is open-ended. */
export type Shapes = "one" | "ten";

/** Which ranges are open (none, the first, all), and where that says so, that each other one belongs to a client of its own. */
export type SweptAllocation = "exclusive" | "named" | "open-first" | "open-first-named" | "open";

/** `reduced`: the ascending reduction, for verdicts; `whole`: every interleaving, for the lengths of shortest runs as well. */
export type Explorer = "whole" | "reduced";

/** Plain data: it is the first line of a sweep's file. */
export interface SweepRequest {
  readonly servers: number;
  readonly ranges: number;
  readonly shapes: Shapes;
  readonly selection: Selection;
  readonly allocation: SweptAllocation;
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

/** Up to this many servers, exploring every interleaving is cheap. */
const WHOLE_SERVERS_MAX = 3;

/** Selection decision-table asks for more than the reduction keeps (model/registers/reduced.ts). */
export const explorerFor = (servers: number, selection: Selection, wantsLengths: boolean): Explorer =>
  wantsLengths || servers <= WHOLE_SERVERS_MAX || selection === "decision-table" ? "whole" : "reduced";
