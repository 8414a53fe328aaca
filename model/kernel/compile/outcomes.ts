/** What steps do to a state: the cells that they write, and what they write there. */

/** The same object for the same outcome, as symbolic execution wants. */
export interface Outcome {
  /** In the order in which they were written first. */
  readonly cells: readonly number[];
  /** contents[n]: what cells[n] holds in the end. */
  readonly contents: readonly number[];
}

/** An outcome, if there is one that ends here, and those that write one more cell, by the cell and what it holds. */
interface Known {
  outcome: Outcome | null;
  more: Map<number, Known> | null;
}

/** Cells and contents are numbers below this. */
const CONTENTS_END = 2 ** 32;

export class Outcomes {
  readonly #known: Known = { outcome: null, more: null };

  /** The outcome by which these cells come to hold what they do. */
  of(cells: readonly number[], held: Int32Array): Outcome {
    let known = this.#known;
    for (const cell of cells) known = withMore(known, cell * CONTENTS_END + held[cell]!);
    known.outcome ??= { cells, contents: cells.map((cell) => held[cell]!) };
    return known.outcome;
  }
}

function withMore(known: Known, key: number): Known {
  known.more ??= new Map();
  let more = known.more.get(key);
  if (more === undefined) {
    more = { outcome: null, more: null };
    known.more.set(key, more);
  }
  return more;
}
