/**
 * States whose cells stand in columns, one for each member of a set, and what of them may change places and contents: what canonical
 * forms by columns are made from (forms-by-columns.ts).
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

/** What becomes of a content, whoever has it: another content of another row, or of another place of the rest. */
export interface Relabelling {
  readonly inColumn: (row: number, content: number) => readonly [row: number, content: number];
  readonly inRest: (place: number, content: number) => readonly [place: number, content: number];
}

/** Every relabelling goes with every permutation of the members. */
export interface ColumnGroup {
  /** Members that may be swapped with each other at will. */
  readonly classes: readonly (readonly number[])[];
  /** One permutation of each coset of those within classes, which moves whole classes, each in order; the identity first. */
  readonly representatives: readonly Permutation[];
  /** A group, the identity first. */
  readonly relabellings: readonly Relabelling[];
}
