/** Whom one server has given its votes: one in each register set, for ever. */

/** Whom one of the server's votes went to: a client, by its number. */
export type Vote = readonly [registerSet: number, candidate: number];

/**
 * These take some 64 MB of memory. Clients claim the sets that they stand in, so none that means well comes near it.
 */
const VOTES_MAX = 1_000_000;

export class Votes {
  readonly #given = new Map<number, number>();

  get hasRoom(): boolean {
    return this.#given.size < VOTES_MAX;
  }

  /** In the order in which they were given. */
  get given(): Iterable<Vote> {
    return this.#given;
  }

  /** Null where the vote is still to be had. */
  candidateIn(registerSet: number): number | null {
    return this.#given.get(registerSet) ?? null;
  }

  /** Throws if the vote was given before: the caller decides what that means. */
  give(registerSet: number, candidate: number): void {
    const before = this.candidateIn(registerSet);
    if (before !== null) throw new Error(`the vote in R${registerSet} was given to client ${before} before`);
    this.#given.set(registerSet, candidate);
  }
}
