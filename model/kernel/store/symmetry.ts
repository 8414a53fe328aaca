/**
 * What a search needs to know of a symmetry, to explore one state for all that differ by it. The symmetry takes steps
 * to steps of the same action, and properties and their premises hold in all states of an orbit or in none.
 */
export interface Symmetry {
  /**
   * Replaces the states first..end-1, one after another in `states`, by their canonical forms: the same one for a whole
   * orbit.
   */
  readonly canonicalizeAll: (states: Int32Array, first: number, end: number) => void;
  /** How many states the canonical form at `states[offset]` stands for, itself included. */
  orbitSizeAt(states: Int32Array, offset: number): number;
  /** orbitOf[cell]: a number that is the same for all cells to which the symmetry may move the cell. */
  readonly orbitOf: readonly number[];
}
