/** What is said in a turn of an adapter that speaks by itself. */
import type { Body, Envelope } from "./messages.js";

/** One message of a batch. Answers have an `in_reply_to`, and are given no number. */
export interface Said {
  /** Who says it. */
  readonly src: string;
  readonly body: Body;
  /** Whether the turn waits for an answer. */
  readonly isDue: boolean;
}

export interface Turn {
  /** What was due, in the order of the requests. */
  readonly answers: readonly Body[];
  /**
   * What the node said besides, in order: messages of its own, and answers to requests of this turn or of earlier ones.
   */
  readonly said: readonly Envelope[];
  /** The number of each message, in their order; undefined for answers. */
  readonly numbers: readonly (number | undefined)[];
}

export type Relayed = Pick<Turn, "answers" | "said">;
