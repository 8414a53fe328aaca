/**
 * Families by a list of sets: its quorums, or the sets that every quorum has to meet. For quorums that have next to
 * nothing in common, such as the lines of a projective plane: their diagrams take a million nodes where a list takes
 * a line.
 */
import {
  contains,
  containsSome,
  hasServer,
  meets,
  minimalSets,
  NO_SERVERS,
  type ServerSet,
  singleton,
} from "../server-set.js";
import { Family } from "./family.js";
import { hittingSets, smallestHittingSet } from "./hitting-sets.js";

/** The families of one table: the same lists are the same family. */
export class ListedFamilies {
  readonly everybody: ServerSet;
  readonly #listed = new Map<string, ListedFamily>();

  constructor(everybody: ServerSet) {
    this.everybody = everybody;
  }

  /** The sets that contain one of these. */
  containing(quorums: Iterable<ServerSet>): ListedFamily {
    const minimal = minimalSets(quorums);
    const key = minimal.join();
    const known = this.#listed.get(key);
    if (known !== undefined) return known;
    const family = new ListedFamily(this, minimal);
    this.#listed.set(key, family);
    return family;
  }

  /** The sets that meet each of these. */
  meeting(sets: Iterable<ServerSet>): MeetingFamily {
    return this.containing(sets).dual;
  }
}

export class ListedFamily extends Family {
  readonly families: ListedFamilies;
  readonly #quorums: readonly ServerSet[];
  readonly dual: MeetingFamily;

  /** @param quorums none contains another, smallest first */
  constructor(families: ListedFamilies, quorums: readonly ServerSet[]) {
    super(families.everybody);
    this.families = families;
    this.#quorums = quorums;
    this.dual = new MeetingFamily(this, quorums);
  }

  isQuorum(set: ServerSet): boolean {
    return containsSome(set, this.#quorums);
  }

  within(set: ServerSet): ListedFamily {
    return this.families.containing(this.#quorums.filter((quorum) => contains(set, quorum)));
  }

  override smallestWithin(set: ServerSet): ServerSet | null {
    for (const quorum of this.#quorums) if (contains(set, quorum)) return quorum;
    return null;
  }

  given(server: number, isThere: boolean): ListedFamily {
    return this.families.containing(isThere ? without(this.#quorums, server) : notWith(this.#quorums, server));
  }

  permuted(permutation: readonly number[]): ListedFamily {
    return this.families.containing(this.#quorums.map((quorum) => permutedSet(quorum, permutation)));
  }

  get smallestOrNone(): ServerSet | null {
    return this.#quorums[0] ?? null;
  }

  get count(): bigint {
    return BigInt(this.#quorums.length);
  }

  *quorums(): Generator<ServerSet> {
    yield* this.#quorums;
  }

  get members(): ServerSet {
    return unionOf(this.#quorums);
  }

  get tellingSets(): readonly ServerSet[] {
    return this.#quorums;
  }

  get nodes(): number {
    return 0;
  }
}

export class MeetingFamily extends Family {
  readonly dual: ListedFamily;
  readonly #sets: readonly ServerSet[];

  #smallest: { readonly quorum: ServerSet | null } | null = null;

  /** @param sets the quorums of the dual */
  constructor(dual: ListedFamily, sets: readonly ServerSet[]) {
    super(dual.everybody);
    this.dual = dual;
    this.#sets = sets;
  }

  isQuorum(set: ServerSet): boolean {
    for (const met of this.#sets) if (!meets(set, met)) return false;
    return true;
  }

  within(set: ServerSet): MeetingFamily {
    return this.dual.families.meeting(this.#sets.map((met) => met & set));
  }

  given(server: number, isThere: boolean): MeetingFamily {
    return this.dual.families.meeting(isThere ? notWith(this.#sets, server) : without(this.#sets, server));
  }

  permuted(permutation: readonly number[]): MeetingFamily {
    return this.dual.permuted(permutation).dual;
  }

  get smallestOrNone(): ServerSet | null {
    this.#smallest ??= { quorum: smallestHittingSet(this.#sets) };
    return this.#smallest.quorum;
  }

  get count(): bigint {
    let count = 0n;
    for (const _ of hittingSets(this.#sets)) count++;
    return count;
  }

  quorums(): Generator<ServerSet> {
    return hittingSets(this.#sets);
  }

  /** A server of a set that contains no other is all that some quorum has in it. */
  get members(): ServerSet {
    return unionOf(this.#sets);
  }

  get tellingSets(): readonly ServerSet[] {
    return this.#sets;
  }

  get nodes(): number {
    return 0;
  }
}

const without = (sets: readonly ServerSet[], server: number): ServerSet[] =>
  sets.map((set) => set & ~singleton(server));

const notWith = (sets: readonly ServerSet[], server: number): ServerSet[] =>
  sets.filter((set) => !hasServer(set, server));

const unionOf = (sets: readonly ServerSet[]): ServerSet => sets.reduce((union, set) => union | set, NO_SERVERS);

function permutedSet(set: ServerSet, permutation: readonly number[]): ServerSet {
  let permuted = NO_SERVERS;
  for (let server = 0; set >>> server !== 0; server++) {
    if (hasServer(set, server)) permuted |= singleton(permutation[server]!);
  }
  return permuted;
}
