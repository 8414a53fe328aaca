/** What goes wrong while values are proposed, and how often it did. */

export const FAULTS = {
  "server killed": "kill -9 of a server, which is started again",
  "server paused": "SIGSTOP of a server, and SIGCONT later",
  "client killed": "kill -9 of a client, which returns with what it must not forget",
  "sync failed": "an fdatasync of a server's disk that fails with EIO",
  "disk full": "a server's disk without room for what it writes, ENOSPC",
  "server cut off": "a server that no message reaches for a while",
  "connection cut": "a connection that breaks between two messages",
  "message torn": "a connection that breaks within a message",
  "half closed": "a connection that is closed in one direction first",
  delayed: "a message that arrives late",
  reordered: "a message that arrives before one that was sent earlier on its connection",
  repeated: "a request that arrives twice",
} as const;

export type Fault = keyof typeof FAULTS;

/** How often each fault happened. */
export class FaultCounts {
  readonly #counts = new Map<Fault, number>(Object.keys(FAULTS).map((fault) => [fault as Fault, 0]));

  count(fault: Fault): void {
    this.#counts.set(fault, this.of(fault) + 1);
  }

  of(fault: Fault): number {
    return this.#counts.get(fault)!;
  }

  [Symbol.iterator](): IterableIterator<[Fault, number]> {
    return this.#counts.entries();
  }
}
