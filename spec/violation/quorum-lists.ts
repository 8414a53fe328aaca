/** Quorums one by one for those who try them all: of large families only some, among them those that break a rule. */
import type { Family } from "../families/family.js";
import { TooComplex } from "../families/too-complex.js";
import { isShared, phase1Family, phase2Family, type QuorumTable } from "../quorum-table.js";
import { unsettledBy } from "../rules/f2.js";
import { disjointPair } from "../rules/pq.js";
import { type ServerSet, sizeOf } from "../server-set.js";

/** Families with more quorums than this are not listed whole. */
const WHOLE_MAX = 10_000n;
/** Quorums of such a family, the smallest, besides those that break a rule. */
const SMALLEST_MAX = 100;

export class QuorumLists {
  readonly #table: QuorumTable;
  readonly #registerSets: readonly number[];
  readonly #lists = new Map<Family, readonly ServerSet[]>();
  /** By family, quorums that share no server with others where they ought to. Found when they are first asked for. */
  #breaking: ReadonlyMap<Family, ReadonlySet<ServerSet>> | null = null;
  #areWhole = true;

  constructor(table: QuorumTable, registerSets: readonly number[]) {
    this.#table = table;
    this.#registerSets = registerSets;
  }

  /** Whether every list that was asked for had all minimal quorums of its family. */
  get areWhole(): boolean {
    return this.#areWhole;
  }

  /** Minimal quorums, smallest first. */
  of(family: Family): readonly ServerSet[] {
    const known = this.#lists.get(family);
    if (known !== undefined) return known;
    const list = isShort(family) ? family.list() : this.#some(family);
    this.#lists.set(family, list);
    return list;
  }

  #some(family: Family): readonly ServerSet[] {
    this.#areWhole = false;
    this.#breaking ??= breakingQuorums(this.#table, this.#registerSets);
    const some = new Set(this.#breaking.get(family));
    some.add(family.smallest);
    if (countOf(family) !== null) {
      for (const quorum of family.quorums()) {
        if (some.size >= SMALLEST_MAX) break;
        some.add(quorum);
      }
    }
    return [...some].sort((a, b) => sizeOf(a) - sizeOf(b) || a - b);
  }
}

function isShort(family: Family): boolean {
  const count = countOf(family);
  return count !== null && count <= WHOLE_MAX;
}

function countOf(family: Family): bigint | null {
  try {
    return family.count;
  } catch (error) {
    if (error instanceof TooComplex) return null;
    throw error;
  }
}

/** The quorums that fail to meet, of every two of the register sets and every rule. */
function breakingQuorums(table: QuorumTable, registerSets: readonly number[]): Map<Family, Set<ServerSet>> {
  const breaking = new Map<Family, Set<ServerSet>>();
  const note = (families: readonly Family[], quorums: readonly ServerSet[] | null): void => {
    for (const [index, quorum] of quorums?.entries() ?? []) {
      const family = families[index]!;
      breaking.set(family, (breaking.get(family) ?? new Set()).add(quorum));
    }
  };
  for (const [index, upper] of registerSets.entries()) {
    const [prepare, own] = [phase1Family(table, upper), phase2Family(table, upper)];
    if (isShared(table, upper)) note([own, own], disjointPair(own, own));
    for (const lower of registerSets.slice(0, index)) {
      const decide = phase2Family(table, lower);
      note([prepare, decide], disjointPair(prepare, decide));
      if (isShared(table, lower)) note([prepare, decide, decide], unsettledBy(prepare, decide));
    }
  }
  return breaking;
}
