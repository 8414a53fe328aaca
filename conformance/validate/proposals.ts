/** What was proposed in each register set, and by whom. Most sets have one proposal, and there may be a hundred thousand sets. */
export class Proposals {
  /** By set, 1 + the value that was proposed first; 0 for none. */
  readonly #first: Int32Array;
  /** By set, the values that were proposed after the first. */
  readonly #later: Map<number, readonly number[]>;
  /** By set that one client owns, the node that proposed in it; null for none, or where that is unknown. */
  readonly #proposers: (string | null)[];

  constructor(sets: number, from?: Proposals) {
    this.#first = from === undefined ? new Int32Array(sets) : from.#first.slice();
    this.#later = new Map(from === undefined ? [] : from.#later);
    this.#proposers = from === undefined ? new Array(sets).fill(null) : [...from.#proposers];
  }

  copy(): Proposals {
    return new Proposals(this.#first.length, this);
  }

  /** The same text for the same proposals. */
  get key(): string {
    const later = [...this.#later].map(([r]) => `${r}:${this.in(r).toSorted((a, b) => a - b)}`).sort();
    const alone = this.#first.map((value, r) => (this.#later.has(r) ? 0 : value));
    return `${alone.join()};${later.join(" ")};${JSON.stringify(this.#proposers)}`;
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

  /** Who proposed in a set that one client owns; null where none did, or that is unknown. */
  proposerIn(r: number): string | null {
    return this.#proposers[r]!;
  }

  /** @param owner who proposes, where one client owns the set; null where it does not, or that is unknown */
  add(r: number, v: number, owner: string | null): void {
    if (owner !== null) this.#proposers[r] = owner;
    if (this.has(r, v)) return;
    if (this.#first[r] === 0) this.#first[r] = 1 + v;
    else this.#later.set(r, [...(this.#later.get(r) ?? []), v]);
  }
}
