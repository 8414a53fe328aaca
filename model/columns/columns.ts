/**
 * States whose cells stand in columns, one for each member of a set, and what of them may change places and contents:
 * what canonical forms by columns are made from (forms-by-columns.ts).
 */

/** permutation[i] is where i goes. */
export type Permutation = readonly number[];

/** Cells by their numbers in the layout. */
export interface Columns {
  /** columns[m][row]: of member m. Cells of a row have domains of one size. */
  readonly columns: readonly (readonly number[])[];
  /** Cells of no member that relabellings change. */
  readonly rest: readonly number[];
}

/** What becomes of the contents of some cells in a line: each goes to a place there, and may change. */
export interface Relabelled {
  /** to[place]: the place that its content goes to. */
  readonly to: readonly number[];
  readonly contentAfter: (place: number, content: number) => number;
}

/** Of all columns alike, and of the rest. */
export interface Relabelling {
  readonly ofColumn: Relabelled;
  readonly ofRest: Relabelled;
}

/** Every relabelling goes with every permutation of the members. */
export interface ColumnGroup {
  /** Members that may be swapped with each other at will. */
  readonly classes: readonly (readonly number[])[];
  /**
   * One permutation of each coset of those within classes, which moves whole classes, each in order; the identity
   * first.
   */
  readonly representatives: readonly Permutation[];
  /** A group, the identity first. */
  readonly relabellings: readonly Relabelling[];
}

/** All orders of the items, theirs first. */
export function arrangementsOf(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, index) => arrangementsOf(items.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}
