/** The minimal quorums of a formula one by one, without a diagram. */
import { minimalSets, NO_SERVERS, type ServerSet, singleton } from "../server-set.js";
import { LISTED_MAX } from "./family.js";
import type { Formula, Operand } from "./formula.js";

/** Null where they, or those of a part of the formula, are more than LISTED_MAX. */
export function listOf(formula: Formula): readonly ServerSet[] | null {
  switch (formula.kind) {
    case "server":
      return [singleton(formula.server)];
    case "list":
      return formula.quorums.length > LISTED_MAX ? null : minimalSets(formula.quorums);
    case "threshold":
      return listOfThreshold(formula.operands, formula.threshold);
  }
}

/** Operand by operand: by the weight that is there so far, the sets that have it. */
function listOfThreshold(operands: readonly Operand[], threshold: number): readonly ServerSet[] | null {
  let byWeight = new Map<number, readonly ServerSet[]>([[0, [NO_SERVERS]]]);
  for (const { weight, formula } of operands) {
    const own = weight === 0 ? [] : listOf(formula);
    if (own === null) return null;
    const next = new Map(byWeight);
    for (const [before, sets] of byWeight) {
      if (before >= threshold) continue;
      const reached = Math.min(threshold, before + weight);
      const more = sets.flatMap((set) => own.map((quorum) => set | quorum));
      if (more.length > LISTED_MAX) return null;
      next.set(reached, [...new Set([...(next.get(reached) ?? []), ...more])]);
      if (next.get(reached)!.length > LISTED_MAX) return null;
    }
    byWeight = next;
  }
  return minimalSets(byWeight.get(threshold) ?? []);
}
