/** Where a level's states stand in the log: threads fill blocks of their own, and leave the last ones unfilled. */

import { BLOCK_STATES, type SearchMemory } from "../store/search-memory.js";
import type { Level } from "./exploration.js";

/** The numbers of a level's states: in each block up to where it is filled. */
export function* rangesOf({ first, end }: Level, fill: Int32Array): Generator<readonly [number, number]> {
  for (let block = Math.floor(first / BLOCK_STATES); block * BLOCK_STATES < end; block++) {
    const from = Math.max(first, block * BLOCK_STATES);
    const until = Math.min(end, block * BLOCK_STATES + fill[block]!);
    if (from < until) yield [from, until];
  }
}

export const isEmpty = ({ fill }: SearchMemory, first: number, end: number): boolean =>
  rangesOf({ first, end }, fill).next().done === true;
