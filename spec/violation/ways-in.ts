/** How B gets past a decision for A: what is written in the lower set, and whom a client above then hears. */
import type { Selection } from "../quorum-table.js";
import type { RuleName } from "../rules/judgement.js";
import { meets, membersOf, NO_SERVERS, type ServerSet, singleton, sizeOf } from "../server-set.js";
import { ofA, ofB, type Writing } from "./plan.js";

export interface WayIn {
  readonly rule: RuleName;
  /** A at a quorum of the lower set; and B, where it is proposed there too. */
  readonly writings: readonly Writing[];
  /** The phase-1 quorum of the set above, and at most one server more. */
  readonly heard: ServerSet;
}

export interface Between {
  readonly selection: Selection;
  /** Whether two clients may propose in the lower set. */
  readonly isShared: boolean;
  /** The phase-2 quorums of the lower set, smallest first. */
  readonly family: readonly ServerSet[];
  /** The servers to which values are written. */
  readonly holding: ServerSet;
  /** Whether this number of steps is worth a look, if the decision of B is still to come. */
  readonly isWorthwhile: (length: number) => boolean;
}

/** All that are worthwhile, for one phase-1 quorum of the set above. */
export function* waysIn(p: ServerSet, between: Between): Generator<WayIn> {
  const { selection, isShared, family, isWorthwhile } = between;
  for (const q of family) {
    const length = 1 + sizeOf(q);
    // Where P misses Q no server in P writes, so each of them is frozen. Else B is proposed and written in the lower
    // set.
    const missing = isWorthwhile(length + sizeOf(p));
    const meeting = isShared && isWorthwhile(length + 2);
    if (!missing && !meeting) return;
    if (missing && !meets(p, q)) yield { rule: "PQ", writings: [ofA(q)], heard: p };
    if (!meeting) continue;
    if (selection === "greatest") yield* strayValues("G1", p, q, between);
    if (selection === "eager") yield* unsettledValues(p, q, between);
  }
}

/** B at one server outside of the quorum, which the client above hears as well. */
function* strayValues(rule: RuleName, p: ServerSet, q: ServerSet, { holding }: Between): Generator<WayIn> {
  for (const server of membersOf(holding & ~q)) {
    yield { rule, writings: [ofA(q), ofB(singleton(server))], heard: p | singleton(server) };
  }
}

/** B at all that the client above hears of another quorum, which then may have decided it as well. */
function* unsettledValues(p: ServerSet, q: ServerSet, between: Between): Generator<WayIn> {
  for (const other of between.family) {
    const shown = p & other;
    if (meets(shown, q) || !between.isWorthwhile(2 + sizeOf(q) + sizeOf(shown))) continue;
    if (shown === NO_SERVERS) yield* strayValues("F2", p, q, between);
    else yield { rule: "F2", writings: [ofA(q), ofB(shown)], heard: p };
  }
}
