/**
 * Minimal hitting sets: those that meet each of some sets, and of which no server can be left out.
 *
 * Depth first: of the sets that are not met yet, the one with the fewest servers left says who comes next, and who was
 * tried before at that place is not tried again, so that each is found once. Source: K. Murakami & T. Uno, "Efficient
 * Algorithms for Dualizing Large-Scale Hypergraphs", 2014.
 */
import { membersOf, NO_SERVERS, SERVERS_MAX, type ServerSet, singleton, sizeOf } from "../server-set.js";
import { StepCounter } from "./too-complex.js";

/** Hitting sets are listed where they are few: a fraction of a second. */
const STEPS_MAX = 300_000;

/** All of them, smallest first. Throws TooComplex. */
export function* hittingSets(sets: readonly ServerSet[]): Generator<ServerSet> {
  const search = new HittingSets(sets);
  const largest = Math.min(sets.length, sizeOf(sets.reduce((union, set) => union | set, NO_SERVERS)));
  for (let size = search.leastLeft(NO_SERVERS, NO_SERVERS); size <= largest; size++) yield* search.ofSize(size);
}

/** One with the fewest servers, or null where one of the sets is empty. Throws TooComplex. */
export function smallestHittingSet(sets: readonly ServerSet[]): ServerSet | null {
  for (const found of hittingSets(sets)) return found;
  return null;
}

class HittingSets {
  readonly #sets: readonly ServerSet[];
  readonly #steps = new StepCounter(
    `takes more than ${STEPS_MAX.toLocaleString("en")} steps to turn into a list`,
    STEPS_MAX,
  );

  /** By server, how many sets it would meet. */
  readonly #meets = new Uint16Array(SERVERS_MAX);

  constructor(sets: readonly ServerSet[]) {
    this.#sets = sets;
  }

  *ofSize(size: number, chosen: ServerSet = NO_SERVERS, excluded: ServerSet = NO_SERVERS): Generator<ServerSet> {
    this.#steps.step();
    const next = this.#narrowest(chosen, excluded);
    if (next === null) {
      if (size === 0) yield chosen;
      return;
    }
    if (this.leastLeft(chosen, excluded) > size) return;
    let tried = excluded;
    for (const server of membersOf(next & ~excluded)) {
      const more = chosen | singleton(server);
      if (this.#isMinimal(more)) yield* this.ofSize(size - 1, more, tried);
      tried |= singleton(server);
    }
  }

  /**
   * How many servers more it takes at least, Infinity for never: as many as sets that are not met and have no server in
   * common; and as many as the servers that are in most of these sets, until they would be enough if they met each
   * once.
   */
  leastLeft(chosen: ServerSet, excluded: ServerSet): number {
    let apart = 0;
    let taken = NO_SERVERS;
    let unmet = 0;
    this.#meets.fill(0);
    for (const set of this.#sets) {
      if ((set & chosen) !== 0) continue;
      const left = set & ~excluded;
      if (left === 0) return Number.POSITIVE_INFINITY;
      unmet++;
      for (let rest = left; rest !== 0; rest &= rest - 1) this.#meets[31 - Math.clz32(rest & -rest)]!++;
      if ((left & taken) !== 0) continue;
      taken |= left;
      apart++;
    }
    let few = 0;
    for (const met of this.#meets.sort().reverse()) {
      if (unmet <= 0) break;
      unmet -= met;
      few++;
    }
    return Math.max(apart, few);
  }

  /** Of the sets that are not met, the one with the fewest servers to choose from; null if all are met. */
  #narrowest(chosen: ServerSet, excluded: ServerSet): ServerSet | null {
    let narrowest: ServerSet | null = null;
    let fewest = Number.POSITIVE_INFINITY;
    for (const set of this.#sets) {
      if ((set & chosen) !== 0) continue;
      const size = sizeOf(set & ~excluded);
      if (size >= fewest) continue;
      fewest = size;
      narrowest = set;
    }
    return narrowest;
  }

  /** Whether each of the chosen servers is the only one that meets some set. */
  #isMinimal(chosen: ServerSet): boolean {
    let needed = NO_SERVERS;
    for (const set of this.#sets) {
      const met = set & chosen;
      if ((met & (met - 1)) === 0) needed |= met;
    }
    return needed === chosen;
  }
}
