import type { Scope } from "../../../model/registers/scope.js";

/**
 * The explored register sets, and of those in between the one just below each, which shows a freeze that stops short.
 */
export const observedIn = ({ registerSets }: Scope): number[] => [
  ...new Set(registerSets.flatMap((set) => (set === 0 ? [set] : [set - 1, set]))),
];
