/** Who has proposed what in which set. Most have one proposal of one client: that one is kept apart from the others. */
import type { Trail } from "./trail.js";

export class Proposals {
  /** By set, 1 + the value that was proposed first; 0 for none. */
  readonly #first: Int32Array;
  /** By set, the values that were proposed after the first. */
  readonly #later = new Map<number, number[]>();
  /** By set that one client owns, the node that proposed in it; null for none, or where that is unknown. */
  readonly #proposers: (string | null)[];
  /** By value, the sets in which it was proposed. */
  readonly #setsOf = new Map<number, number[]>();
  readonly #trail: Trail | null;

  constructor(sets: number, trail: Trail | null) {
    this.#first = new Int32Array(sets);
    this.#proposers = new Array(sets).fill(null);
    this.#trail = trail;
  }

  has(r: number, v: number): boolean {
    return this.#first[r] === 1 + v || (this.#later.size > 0 && this.#later.get(r)?.includes(v) === true);
  }

  /** The value that was proposed first in r, or -1. */
  firstIn(r: number): number {
    return this.#first[r]! - 1;
  }

  /** The first one first. */
  in(r: number): readonly number[] {
    const first = this.firstIn(r);
    return first < 0 ? [] : [first, ...(this.#later.get(r) ?? [])];
  }

  /** The sets in which v was proposed. */
  setsOf(v: number): readonly number[] {
    return this.#setsOf.get(v) ?? [];
  }

  /** Who proposed in a set that one client owns; null where none did, or that is unknown. */
  proposerIn(r: number): string | null {
    return this.#proposers[r]!;
  }

  /** @param owner who proposes, where one client owns the set; null where it does not, or that is unknown */
  add(r: number, v: number, owner: string | null): void {
    if (owner !== null && this.#proposers[r] !== owner) this.#setProposer(r, owner);
    if (this.has(r, v)) return;
    const isFirst = this.#first[r] === 0;
    if (isFirst) this.#first[r] = 1 + v;
    else listOf(this.#later, r).push(v);
    listOf(this.#setsOf, v).push(r);
    this.#trail?.changed(PROPOSED, r, v, () => {
      if (isFirst) this.#first[r] = 0;
      else this.#later.get(r)!.pop();
      this.#setsOf.get(v)!.pop();
    });
  }

  /** In a set that one client owns there is one, once it is known. */
  #setProposer(r: number, owner: string): void {
    const before = this.#proposers[r]!;
    this.#proposers[r] = owner;
    this.#trail?.changed(PROPOSER_KNOWN, r, 0, () => {
      this.#proposers[r] = before;
    });
  }
}

/** What a fingerprint tells apart. */
const PROPOSED = 1;
const PROPOSER_KNOWN = 2;

function listOf(lists: Map<number, number[]>, key: number): number[] {
  const list = lists.get(key);
  if (list !== undefined) return list;
  const made: number[] = [];
  lists.set(key, made);
  return made;
}
