/** Numbers and nouns as people write them. */

import type { QuorumTable } from "../../spec/quorum-table.js";
import { formatCount } from "./format-count.js";

export { formatCount };

/** `1 step`, `1,234 steps` */
export const counted = (count: number, noun: string): string =>
  `${formatCount(count)} ${count === 1 ? noun : `${noun}s`}`;

/** `R0, R1, R10` */
export const formatRegisterSets = (registerSets: readonly number[]): string =>
  registerSets.map((registerSet) => `R${registerSet}`).join(", ");

/** `83%`, rounded down, so that 100% means all; of nothing, 100%. */
export function formatShare(part: number, whole: number): string {
  const percent = whole === 0 ? 100 : (100 * part) / whole;
  return part > 0 && percent < 1 ? "<1%" : `${Math.floor(percent)}%`;
}

/** What a set is called in this table that two clients may propose in. */
export function sharedWord({ ranges }: QuorumTable): string {
  const kinds = new Set(ranges.map(({ allocation }) => allocation.kind));
  if (!kinds.has("elected")) return "open";
  return kinds.has("open") ? "open or contested" : "contested";
}
