/** Quorums one by one for those who try them all: of large families only some, among them those that break a rule. */
import type { Family } from "../families/family.js";
import { TooComplex } from "../families/too-complex.js";
import { type ServerSet, sizeOf } from "../server-set.js";
import type { Breach } from "./breaches.js";

/** Families with more quorums than this are not listed whole. */
const WHOLE_MAX = 10_000n;
/** Quorums of such a family, the smallest, besides those that break a rule. */
const SMALLEST_MAX = 100;

export class QuorumLists {
  readonly #breaches: () => readonly Breach[];
  readonly #lists = new Map<Family, readonly ServerSet[]>();
  #areWhole = true;

  /** @param breaches asked for once a list is not whole */
  constructor(breaches: () => readonly Breach[]) {
    this.#breaches = breaches;
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
    const some = new Set([family.smallest]);
    for (const { quorums } of this.#breaches()) for (const quorum of quorums.get(family) ?? []) some.add(quorum);
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
