/** Numbers and nouns as people write them. */
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
