/** Which kind of table a search gets. */

import type { Layout } from "../declaration/workspace.js";
import { CompactSet, compactSlotBitsMin } from "./compact-set.js";
import { NumberedSet } from "./numbered-set.js";
import type { VisitedSet } from "./visited-set.js";

/** Compact tables hold states of at most this number of words. */
const COMPACT_WORDS_MAX = 2;

/** From this size on, compact tables grow by halves and thirds: what they take is then most of what a search takes. */
const LARGE_SLOTS = 1 << 24;

/** The size of the table that follows one of this size. */
export function slotsAfter(slots: number, layout: Layout): number {
  if (slots % 3 === 0) return (slots / 3) * 4;
  return slots >= LARGE_SLOTS && isCompactOver(slots, layout) ? (slots / 2) * 3 : 2 * slots;
}

/**
 * The set over these slots, all empty or filled by a set of the same kind; their number is a power of two or follows
 * one (slotsAfter).
 */
export function visitedSetOver(
  slots: Int32Array,
  layout: Layout,
  numberMax: number,
  batchStates: number,
  isShared: boolean,
): VisitedSet {
  return isCompactOver(slots.length, layout)
    ? new CompactSet(slots, layout.wordCount, highBitsOf(layout), batchStates, isShared)
    : new NumberedSet(slots, layout.wordCount, numberMax, batchStates, isShared);
}

const isCompactOver = (slots: number, layout: Layout): boolean =>
  layout.wordCount <= COMPACT_WORDS_MAX && Math.log2(slots) >= compactSlotBitsMin(highBitsOf(layout));

const highBitsOf = ({ wordCount, lastWordBits }: Layout): number => (wordCount === 2 ? lastWordBits : 0);
