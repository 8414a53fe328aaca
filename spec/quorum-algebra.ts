import { minimalSets, NO_SERVERS, type ServerSet, singleton } from "./server-set.js";

/** More minimal quorums than this are of no use: judging and exploring would not end. */
export const QUORUMS_MAX = 10_000;

/** Sets that one operation may look at before it keeps the minimal ones. */
const CANDIDATES_MAX = 3 * QUORUMS_MAX;

/** Comparisons between sets that one table may cost: under a second. */
const WORK_MAX = 500_000_000;
/** What one operation costs, however few sets it has. */
const WORK_PER_OPERATION = 100;

/** The expression stands for more quorums than QUORUMS_MAX, or finding them takes too long. */
export class TooManyQuorums extends Error {
  override readonly name = "TooManyQuorums";
}

/**
 * Families of minimal quorums and the ways to combine them. An expression is a monotone formula over servers and a
 * family is its minimal true points, so that it is enough to keep the minimal sets after every operation.
 *
 * Every operation throws TooManyQuorums rather than blow up. One instance keeps the account of one table's work.
 */
export class QuorumAlgebra {
  #work = 0;

  /** Quorums of any one of the families. */
  anyOf(families: readonly (readonly ServerSet[])[]): readonly ServerSet[] {
    return this.#minimal(families.flat());
  }

  /** Unions of one quorum of every family. */
  allOf(families: readonly (readonly ServerSet[])[]): readonly ServerSet[] {
    return this.choose(families.length, families);
  }

  /** Unions of one quorum each of some `count` of the families, 1 ≤ count ≤ families.length. */
  choose(count: number, families: readonly (readonly ServerSet[])[]): readonly ServerSet[] {
    // chosen[j]: minimal unions over j of the families so far. Only those j are kept from which count can still be
    // reached.
    let chosen: (readonly ServerSet[])[] = [[NO_SERVERS]];
    families.forEach((family, index) => {
      const left = families.length - index - 1;
      const next: (readonly ServerSet[])[] = [];
      for (let j = Math.max(0, count - left); j <= Math.min(count, index + 1); j++) {
        next[j] = this.#minimal([...(chosen[j] ?? []), ...this.#unions(chosen[j - 1] ?? [], family)]);
      }
      chosen = next;
    });
    return chosen[count]!;
  }

  /** Minimal sets of servers whose weights sum to the threshold or more; weights[i] is server i's. */
  weighing(weights: readonly number[], threshold: number): readonly ServerSet[] {
    const heaviestFirst = weights.map((weight, server) => ({ weight, server })).sort((a, b) => b.weight - a.weight);
    const quorums: ServerSet[] = [];
    // Servers join from the heaviest on, so the last to join is the lightest: if it was needed, all of them are.
    const extend = (index: number, set: ServerSet, missing: number, available: number): void => {
      if (missing <= 0) {
        quorums.push(set);
        if (quorums.length > QUORUMS_MAX) throw new TooManyQuorums();
        return;
      }
      const next = heaviestFirst[index];
      if (next === undefined || available < missing) return;
      extend(index + 1, set | singleton(next.server), missing - next.weight, available - next.weight);
      extend(index + 1, set, missing, available - next.weight);
    };
    extend(
      0,
      NO_SERVERS,
      threshold,
      weights.reduce((sum, weight) => sum + weight, 0),
    );
    return this.#minimal(quorums);
  }

  /** The minimal ones of the given sets. */
  minimalOf(sets: readonly ServerSet[]): readonly ServerSet[] {
    return this.#minimal(sets);
  }

  #unions(left: readonly ServerSet[], right: readonly ServerSet[]): ServerSet[] {
    if (left.length * right.length > CANDIDATES_MAX) throw new TooManyQuorums();
    return left.flatMap((a) => right.map((b) => a | b));
  }

  #minimal(candidates: readonly ServerSet[]): readonly ServerSet[] {
    if (candidates.length > CANDIDATES_MAX) throw new TooManyQuorums();
    const minimal = minimalSets(candidates);
    this.#work += WORK_PER_OPERATION + candidates.length * (1 + minimal.length);
    if (minimal.length > QUORUMS_MAX || this.#work > WORK_MAX) throw new TooManyQuorums();
    return minimal;
  }
}
