/**
 * In which register sets a proposer was led to where it may propose, and where it did: one that never does agrees with
 * everything.
 */
export class ClientHabits {
  readonly #wasAsked = new Set<number>();
  readonly #hasProposed = new Set<number>();

  note(registerSet: number, hasProposed: boolean): void {
    this.#wasAsked.add(registerSet);
    if (hasProposed) this.#hasProposed.add(registerSet);
  }

  /** Register sets where it never did, ascending. */
  get neverProposedIn(): readonly number[] {
    return [...this.#wasAsked].filter((set) => !this.#hasProposed.has(set)).sort((a, b) => a - b);
  }
}
