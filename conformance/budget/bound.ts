/** The time of some work is over, amid what it does. */
export class OutOfTime extends Error {
  override readonly name = "OutOfTime";
}

/** Ends work between any two of its parts, where one of them may take seconds: what slow code is asked. */
export class Bound {
  #signal: AbortSignal | null = null;

  /** Once the signal is aborted, the work's next `check` throws. */
  async within<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const before = this.#signal;
    this.#signal = signal;
    try {
      return await work();
    } finally {
      this.#signal = before;
    }
  }

  /** Throws OutOfTime. */
  check(): void {
    if (this.#signal?.aborted) throw new OutOfTime();
  }
}

export const OUT_OF_TIME = Symbol("out of time");

/** What comes of the work, unless its time is over before. */
export async function unlessOutOfTime<Result>(work: () => Promise<Result>): Promise<Result | typeof OUT_OF_TIME> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OutOfTime) return OUT_OF_TIME;
    throw error;
  }
}
