/** A model that one walks through by hand, whatever it is of: what can happen, as sentences, and a state as tables. */
import type { Model } from "../../model/kernel/index.js";

/** All of it is asked of the state at work in the model. */
export interface Explorable {
  readonly model: Model;
  /** The step, which is possible in the state at work, as a sentence without a full stop. */
  readonly sentenceOf: (step: number) => string;
  readonly picture: () => StatePicture;
  /**
   * What may come about, such as a decision: which of them still can is asked of every state. None where there is no
   * such thing.
   */
  readonly outcomes: readonly Outcome[];
}

export interface Outcome {
  /** `A`, in `A is decided` or `A can still be decided`. */
  readonly name: string;
  readonly holds: () => boolean;
}

export interface StatePicture {
  readonly tables: readonly PictureTable[];
  /** What is about no row: what it is, and its content. */
  readonly lines: readonly (readonly [name: string, text: string])[];
}

export interface PictureTable {
  /** Nothing where there is one table only. */
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly PictureRow[];
}

export interface PictureRow {
  readonly name: string;
  readonly cells: readonly PictureCell[];
  /** What there is to say of the row as a whole: `A decided by {S0}`, or nothing. */
  readonly note: string;
}

export interface PictureCell {
  /** Nothing for what is unwritten. */
  readonly text: string;
  /** Whether it is of a quorum that decides. */
  readonly decides: boolean;
}

/** The picture's texts one after another; two pictures of one model have as many. */
export const textsOf = ({ tables, lines }: StatePicture): string[] => [
  ...tables.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells.map(({ text }) => text))),
  ...lines.map(([, text]) => text),
];
