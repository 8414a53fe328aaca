/** Which kind of table a search gets. */
import { CompactSet, compactSlotBitsMin } from "./compact-set.js";
import { NumberedSet } from "./numbered-set.js";
import type { VisitedSet } from "./visited-set.js";
import type { Layout } from "./workspace.js";

/** Compact tables hold states of up to so many words. */
const COMPACT_WORDS_MAX = 2;

/** The set over these slots, whose number is a power of two and which are shared with other threads or all empty. */
export function visitedSetOver(slots: Int32Array, layout: Layout, numberMax: number, batchStates: number): VisitedSet {
  const { wordCount } = layout;
  const highBits = wordCount === 2 ? layout.lastWordBits : 0;
  const isCompact = wordCount <= COMPACT_WORDS_MAX && Math.log2(slots.length) >= compactSlotBitsMin(highBits);
  return isCompact
    ? new CompactSet(slots, wordCount, highBits, batchStates)
    : new NumberedSet(slots, wordCount, numberMax, batchStates);
}
