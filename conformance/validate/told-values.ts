/** What a promise tells, held against what is there. */
import type { Written } from "../../impl/core/protocol.js";
import { FIRST_VALUE, NIL, UNWRITTEN } from "../../model/registers/facts.js";
import { quote } from "../../spec/quote.js";
import type { LogState } from "./log-state.js";

export interface Told {
  readonly server: number;
  readonly name: string;
  /** All values below this set are told, or, where the selection needs no more, the greatest. */
  readonly r: number;
  readonly told: readonly Written[];
}

/** Null where it is so. */
export function compareTold(state: LogState, { server, name, r, told }: Told): (() => string) | null {
  const { scope } = state;
  const greatest = state.greatestValued(server, r);
  let below = 0;
  let isGreatestTold = false;
  for (const [real, value] of told) {
    const set = scope.setOf(real);
    const content = state.contentAt(server, set);
    if (content !== FIRST_VALUE + scope.numberOf(value)) {
      return () => `${name} tells that R${real} holds ${quote(value)}, where it ${holdsWhat(state, content)}`;
    }
    if (set < r) below++;
    if (set === greatest) isGreatestTold = true;
  }
  if (below === state.rows.valuedBelow(server, r)) return null;
  if (scope.table.selection === "greatest" && isGreatestTold) return null;
  return () => {
    const known = new Set(told.map(([real]) => scope.setOf(real)));
    const missing = state.rows.greatestValuedWhere(server, r, (set) => !known.has(set));
    return `${name} tells nothing of R${scope.registerSets[missing]}, which holds ${quotedValue(state, state.contentAt(server, missing))} there`;
  };
}

export const holdsWhat = (state: LogState, content: number): string =>
  content === UNWRITTEN ? "is unwritten" : `holds ${quotedValue(state, content)}`;

/** Of what is not unwritten. */
export const quotedValue = ({ scope }: LogState, content: number): string =>
  content === NIL ? "nil" : quote(scope.values[content - FIRST_VALUE]!);
