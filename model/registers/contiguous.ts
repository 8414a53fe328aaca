/** A scope without gaps between its register sets, for clients that ask about the sets in between. */

import type { RegisterRange } from "../../spec/quorum-table.js";
import type { Scope } from "./scope.js";
import { variantOf } from "./variant.js";

/**
 * The same scope over a table that has the explored sets only, numbered 0, 1, … as the model numbers them; its model is
 * the same.
 *
 * Real clients that select by decision table judge every quorum of every lower set, the unexplored ones too, and so may
 * wait where those of the explored sets alone need not. The other selections look at sets with values only, and sets in
 * between hold none. Clients over storage of single registers put nil into every lower register, however many there
 * are. Scopes without gaps, and where clients do not ask about these, come back as they are.
 */
export function contiguous(scope: Scope): Scope {
  const { table, registerSets } = scope;
  const hasGaps = registerSets.some((registerSet, index) => registerSet !== index);
  const asksAboutGaps = table.selection === "decision-table" || variantOf(scope).freezes === "register";
  if (!asksAboutGaps || !hasGaps) return scope;
  const ranges: RegisterRange[] = [];
  for (const range of table.ranges) {
    const first = ranges.at(-1) === undefined ? 0 : ranges.at(-1)!.last + 1;
    const count = registerSets.filter((set) => range.first <= set && set <= range.last).length;
    if (count > 0) ranges.push({ ...range, first, last: first + count - 1 });
  }
  return { ...scope, table: { ...table, ranges }, registerSets: registerSets.map((_, index) => index) };
}
