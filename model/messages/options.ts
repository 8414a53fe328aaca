/** What can happen in the message model; each part can be left out, for a smaller graph. */
export interface MessagesOptions {
  /** Clients stop for good; servers lose a reply in a crash. */
  readonly crashes: boolean;
  /**
   * A server that cannot write says so, and the client hears of it. A client needs it to give up early, not to be
   * right.
   */
  readonly refusals: boolean;
  /** A client may go on listening to promises when it could propose already. The implementation's does not. */
  readonly patience: boolean;
  /** Steps that change nothing: duplicates, replies to a client that is past them, crashes of a server at rest. */
  readonly stutters: boolean;
}

export const EVERYTHING: MessagesOptions = { crashes: true, refusals: true, patience: true, stutters: true };
