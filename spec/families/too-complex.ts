/**
 * Nodes that the diagrams of one table may have: 100 MB or so. Most real tables need hundreds; lines of a projective
 * plane of 31 points, half of this.
 */
export const NODES_MAX = 1_000_000;

/** Steps that building one table's diagrams, or answering one question about them, may take: a second or two. */
export const STEPS_MAX = 4_000_000;

/**
 * A family's diagram, or a question about families, is beyond these bounds. The message is a clause, for after a
 * subject.
 */
export class TooComplex extends Error {
  override readonly name = "TooComplex";
}

/** Counts the steps of one piece of work, and throws TooComplex rather than not end. */
export class StepCounter {
  #left: number;
  readonly #what: string;

  /** @param what the clause for the error, e.g. "takes more than 4,000,000 steps to judge" */
  constructor(what: string, steps: number = STEPS_MAX) {
    this.#what = what;
    this.#left = steps;
  }

  step(): void {
    if (--this.#left < 0) throw new TooComplex(this.#what);
  }
}
