/** What clients ask of nodes in a run, and what must be true of the answers. */
import type { Body } from "../../adapter/messages.js";

/** A request of a client, as the body of a message without its number. */
export type Request = Body;

/** What came of a request. */
export type Outcome =
  | { readonly kind: "ok"; readonly reply: Body }
  /** It is certain that it had no effect. */
  | { readonly kind: "failed"; readonly reply: Body }
  /** It is not known: no answer came, or one that says so. */
  | { readonly kind: "unknown" };

/** A request and what came of it. */
export interface Exchange {
  /** Each client asks one thing at a time. */
  readonly client: string;
  readonly node: string;
  readonly request: Request;
  /**
   * Twice the step (from 1) in which it was asked; and one more than twice that in which it was answered, null where it
   * was not.
   */
  readonly begun: number;
  readonly ended: number | null;
  readonly outcome: Outcome;
}

export interface Violation {
  /** In a word or two: what two runs that break the same have in common. */
  readonly property: string;
  /** What was seen, as a sentence. */
  readonly sentence: string;
}

export interface Workload {
  readonly name: string;
  /** What is promised, as a line for people. */
  readonly promise: string;
  /** Whether requests go to one node after the other; else to the one that answered last. */
  readonly asksInTurn: boolean;
  /** What each node is told before anything else. */
  readonly setUp: (node: string, nodes: readonly string[]) => readonly Request[];
  /**
   * Asked before anything differs from a calm run, so that nodes have found each other; null where there is no need.
   */
  readonly warmUp: Request | null;
  /** What clients ask, one after the other. Other seeds give other scripts, if there are any. */
  readonly script: (length: number, seed: number) => readonly Request[];
  /** The request once more, for a client that does not know what came of it: one that can be told from the first. */
  readonly again: (request: Request, times: number) => Request;
  /** Asked of every node when the network has been well for some time; null where nothing is promised of that. */
  readonly atTheEnd: Request | null;
  /** Null where all is as promised. Throws Error, with a sentence about it, for an answer that is none. */
  readonly judge: (exchanges: readonly Exchange[], atTheEnd: readonly Exchange[]) => Violation | null;
}
