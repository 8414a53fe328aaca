/** A way to exchange lines with an adapter. */
export interface Channel {
  /** Sends the lines, all at once. What was sent to somebody who is gone is lost: `onEnd` tells of that. */
  send(lines: readonly string[]): void;
  /** Ends the adapter without warning, if it is a process of ours, and resolves once it is gone; else null. */
  readonly kill: (() => Promise<void>) | null;
  /** Lets the adapter go, and resolves once it has, or has been made to. */
  close(): Promise<void>;
}

export interface ChannelListener {
  /** A whole line of the adapter, without its end. */
  readonly onLine: (line: string) => void;
  /** A whole line that the adapter printed for people. */
  readonly onNote: (line: string) => void;
  /** There will be no more: why, as the rest of a sentence about the adapter. */
  readonly onEnd: (why: string) => void;
}
