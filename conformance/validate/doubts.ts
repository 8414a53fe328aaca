/**
 * Sets of which a client that has heard P read no value, and of which some quorum has no nil on P all the same: it may
 * yet decide anything. In a safe table there are none for whoever has heard enough. What is below a promise stays as it
 * is, so each P's are looked for once.
 */
import { NIL } from "../../model/registers/facts.js";
import type { ServerSet } from "../../spec/server-set.js";
import { countBelow } from "./ascending.js";
import type { LogScope } from "./log-scope.js";

interface OfServers {
  readonly scope: LogScope;
  readonly holders: (r: number, content: number, among?: ServerSet) => ServerSet;
  readonly valueHolders: (r: number, among?: ServerSet) => ServerSet;
}

interface Known {
  /** Ascending. */
  readonly sets: number[];
  /** Below, all are known. */
  end: number;
}

/** Sets of servers that are kept in mind: a client that does not say whom it has heard may have heard any. */
const KNOWN_MAX = 64;

export class Doubts {
  readonly #state: OfServers;
  readonly #known = new Map<ServerSet, Known>();

  constructor(state: OfServers) {
    this.#state = state;
  }

  /** The greatest such set below k, or -1. @param P all prepared at k */
  nextBelow(P: ServerSet, k: number): number {
    const known = this.#known.get(P) ?? this.#begin(P);
    for (; known.end < k; known.end++) if (this.#isInDoubt(P, known.end)) known.sets.push(known.end);
    return known.sets[countBelow(known.sets, k) - 1] ?? -1;
  }

  /** After steps were taken back. */
  forget(): void {
    if (this.#known.size > 0) this.#known.clear();
  }

  #begin(P: ServerSet): Known {
    if (this.#known.size === KNOWN_MAX) this.#known.clear();
    const known = { sets: [], end: 0 };
    this.#known.set(P, known);
    return known;
  }

  #isInDoubt(P: ServerSet, k: number): boolean {
    const { scope } = this.#state;
    return this.#state.valueHolders(k, P) === 0 && scope.phase2[k]!.isQuorum(~this.#state.holders(k, NIL, P));
  }
}
