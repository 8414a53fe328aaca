/** The steps of the model that a log need not tell of. */
import { UNWRITTEN } from "../../model/registers/facts.js";
import type { Variant } from "../../model/registers/variant.js";
import type { LogState } from "./log-state.js";

/** The model's actions; of a vote it cannot be guessed for whom it is. */
export const HIDDEN_KINDS = ["freeze", "write", "propose"] as const;
export type HiddenKind = (typeof HIDDEN_KINDS)[number];

export interface HiddenStep {
  /** In words. */
  readonly step: string;
  readonly take: (state: LogState) => void;
}

/**
 * Those that are possible in the state; null after each register set in which no more are. The greatest sets come
 * first.
 */
export function* hiddenSteps(
  state: LogState,
  kinds: ReadonlySet<HiddenKind>,
  variant: Variant,
): IterableIterator<HiddenStep | null> {
  const { scope } = state;
  for (let r = scope.registerSets.length - 1; r >= 0; r--) {
    if (kinds.has("propose")) yield* proposals(state, r);
    for (let s = state.servers - 1; s >= 0; s--) {
      if (kinds.has("write")) yield* writes(state, s, r);
      const freeze = kinds.has("freeze") ? freezeOf(state, s, r, variant) : null;
      if (freeze !== null) yield freeze;
    }
    yield null;
  }
}

function* proposals(state: LogState, r: number): IterableIterator<HiddenStep> {
  const { scope } = state;
  if (scope.elections[r] !== null || !state.isGateOpen(r)) return;
  for (let v = scope.values.length - 1; v >= 0; v--) {
    const isTaken = state.proposals.has(r, v) || (scope.owned[r] && state.proposals.firstIn(r) >= 0);
    if (isTaken || !state.allows(r, v, null, "")) continue;
    yield {
      step: `propose ${scope.values[v]} in R${scope.registerSets[r]}`,
      take: (taken) => taken.propose(r, v, null),
    };
  }
}

function* writes(state: LogState, s: number, r: number): IterableIterator<HiddenStep> {
  const { table, values, registerSets } = state.scope;
  if (state.contentAt(s, r) !== UNWRITTEN) return;
  for (const v of state.proposals.in(r).toReversed()) {
    yield {
      step: `write ${values[v]} to R${registerSets[r]} at ${table.servers[s]}`,
      take: (taken) => taken.write(s, r, v),
    };
  }
}

function freezeOf(state: LogState, s: number, r: number, { freezes }: Variant): HiddenStep | null {
  const { table, registerSets, promising } = state.scope;
  const place = `R${registerSets[r]} at ${table.servers[s]}`;
  if (freezes === "register") {
    if (state.contentAt(s, r) !== UNWRITTEN) return null;
    return { step: `freeze ${place}`, take: (taken) => taken.freezeOne(s, r) };
  }
  if (promising[r] || state.isPreparedAt(s, r)) return null;
  return { step: `freeze below ${place}`, take: (taken) => taken.freezeBelow(s, r) };
}
