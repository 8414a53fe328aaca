/** The nodes of one run, whatever they are. Whatever is done to one, it is heard out before anything else is done. */
import type { Envelope } from "../../adapter/messages.js";

/** Who said it really: an envelope may claim anything. */
export interface Heard {
  readonly node: string;
  readonly envelope: Envelope;
}

export interface Nodes {
  /** They go by the machine's clock, which only `wait` lets go on; else each has a clock that `advance` moves. */
  readonly isRealTime: boolean;
  /**
   * All of them as they are at first; rejects, as all of these do, for what is no node.
   *
   * @param inits what each is told first, where it is not introduced otherwise
   */
  start(inits: readonly Envelope[]): Promise<readonly Heard[]>;
  /** Hands the message to the node that it is for. */
  give(message: Envelope): Promise<readonly Heard[]>;
  /** Until somebody in the node waits for a time that has come; null where there is none. */
  untilDue_ns(node: string): number | null;
  advance(node: string, ns: number): Promise<readonly Heard[]>;
  /** All go on by the machine's clock until one says something, or so long. */
  wait(ms: number): Promise<readonly Heard[]>;
  /** The node loses what it has not kept, and starts again in the place where it was. */
  crash(init: Envelope): Promise<readonly Heard[]>;
  /** @param what the node did, as the rest of a sentence about it */
  error(node: string, what: string): Error;
  stop(): void;
}
