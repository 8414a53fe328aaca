import type { Value } from "../../../spec/register.js";
import type { Written } from "../protocol.js";

/** How a client picks the value to propose, fed with what phase 1 reads, server by server. */
export interface SelectionRule {
  /**
   * Whether the client may choose only after a whole phase-1 quorum was heard; where not, the reads alone settle it.
   */
  readonly needsPhase1Quorum: boolean;

  /**
   * Takes in all values that a server holds below the client's register set, ascending; its other registers there are
   * nil. Hearing a server again changes nothing.
   */
  hear(server: number, written: readonly Written[]): void;

  /**
   * The value to propose after what was heard so far; null for "wait for more". The client must have a quorum if one
   * is needed.
   */
  choose(input: Value): Value | null;
}
