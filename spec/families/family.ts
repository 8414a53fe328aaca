/** A quorum family that answers questions without listing its quorums. */
import { type ServerSet, sizeOf } from "../server-set.js";
import { TooComplex } from "./too-complex.js";

/** More quorums than this are never listed. */
export const LISTED_MAX = 10_000;

/**
 * The quorums that one formula stands for, or what is worked out from it. Of one table's families, those that are
 * satisfied by the same sets are the same object, as long as they are kept in the same way (family-space.ts).
 */
export abstract class Family {
  readonly everybody: ServerSet;
  #listed: readonly ServerSet[] | null = null;

  constructor(everybody: ServerSet) {
    this.everybody = everybody;
  }

  /** Whether the set contains a quorum: whether these servers are enough. */
  abstract isQuorum(set: ServerSet): boolean;

  /** The sets that meet every quorum, as a family; its dual is this one again. */
  abstract get dual(): Family;

  /** The quorums that lie within the set: none, perhaps. Throws TooComplex. */
  abstract within(set: ServerSet): Family;

  /** A smallest quorum within the set; null where there is none. Throws TooComplex. */
  smallestWithin(set: ServerSet): ServerSet | null {
    return this.isQuorum(set) ? this.within(set).smallestOrNone : null;
  }

  /** What else is needed once it is settled whether the server is there. Throws TooComplex. */
  abstract given(server: number, isThere: boolean): Family;

  /** The family whose quorums have server permutation[s] where those of this one have s. Throws TooComplex. */
  abstract permuted(permutation: readonly number[]): Family;

  /** Of the fewest servers in a quorum, one with them; null for a family without quorums. Throws TooComplex. */
  abstract get smallestOrNone(): ServerSet | null;

  /** How many minimal quorums there are, exactly. Throws TooComplex. */
  abstract get count(): bigint;

  /** Minimal quorums one by one, smallest first. Throws TooComplex. */
  abstract quorums(): Generator<ServerSet>;

  /** The servers that are in some minimal quorum. */
  abstract get members(): ServerSet;

  /**
   * Sets that tell this family from any other, so that what keeps them keeps the family: its quorums, or those of its
   * dual where these are at hand. Throws TooManyQuorums and TooComplex.
   */
  abstract get tellingSets(): readonly ServerSet[];

  /** How much memory the family's table takes by now, in nodes of diagrams. */
  abstract get nodes(): number;

  /** Whether the set has a server of every quorum: whether the rest is no quorum. */
  meetsEvery(set: ServerSet): boolean {
    return !this.isQuorum(this.everybody & ~set);
  }

  /** A smallest quorum. Not for a family without quorums. Throws TooComplex. */
  get smallest(): ServerSet {
    const smallest = this.smallestOrNone;
    if (smallest === null) throw new Error("this family has no quorum");
    return smallest;
  }

  /**
   * All minimal quorums, smallest first, and of one size by their bits, for those who ask for a short list. Throws
   * TooManyQuorums if there are more than LISTED_MAX, and TooComplex.
   */
  list(): readonly ServerSet[] {
    if (this.#listed !== null) return this.#listed;
    const listed: ServerSet[] = [];
    for (const quorum of this.quorums()) {
      if (listed.length === LISTED_MAX) throw new TooManyQuorums();
      listed.push(quorum);
    }
    this.#listed = listed.sort((a, b) => sizeOf(a) - sizeOf(b) || a - b);
    return this.#listed;
  }

  /** The list, where it is a step of something else. Throws TooComplex, also where there are more than LISTED_MAX. */
  listOnTheWay(): readonly ServerSet[] {
    try {
      return this.list();
    } catch (error) {
      if (!(error instanceof TooManyQuorums)) throw error;
      throw new TooComplex(`has to do with more than ${LISTED_MAX.toLocaleString("en")} minimal quorums`);
    }
  }
}

/** A list was asked for of more than LISTED_MAX quorums. */
export class TooManyQuorums extends Error {
  override readonly name = "TooManyQuorums";

  constructor() {
    super(`there are more than ${LISTED_MAX.toLocaleString("en")} minimal quorums to list`);
  }
}
