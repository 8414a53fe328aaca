/** What a promise tells, held against what is there. */
import type { Written } from "../../impl/core/protocol.js";
import { FIRST_VALUE, NIL, UNWRITTEN } from "../../model/registers/facts.js";
import { quote } from "../../spec/table-file/quote.js";
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
  const below: (readonly [number, number])[] = [];
  for (const [real, value] of told) {
    const set = scope.setOf(real);
    const content = state.contentAt(server, set);
    if (content !== FIRST_VALUE + scope.numberOf(value)) {
      return () => `${name} tells that R${real} holds ${quote(value)}, where it ${holdsWhat(state, content)}`;
    }
    if (set < r) below.push([set, content]);
  }
  const held = state.valuedBelow(server, r);
  if (below.length === held.length) return null;
  const known = new Set(below.map(([set]) => set));
  const isGreatestTold = scope.table.selection === "greatest" && known.has(held.at(-1)!);
  if (isGreatestTold) return null;
  const missing = held.findLast((set) => !known.has(set))!;
  return () =>
    `${name} tells nothing of R${scope.registerSets[missing]}, which holds ${quotedValue(state, state.contentAt(server, missing))} there`;
}

export const holdsWhat = (state: LogState, content: number): string =>
  content === UNWRITTEN ? "is unwritten" : `holds ${quotedValue(state, content)}`;

/** Of what is not unwritten. */
export const quotedValue = ({ scope }: LogState, content: number): string =>
  content === NIL ? "nil" : quote(scope.values[content - FIRST_VALUE]!);
