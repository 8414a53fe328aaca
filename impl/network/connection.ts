/** How a client reaches one server: over TCP (tcp-client.ts) or in memory (memory-network.ts). */
import type { Reply, Request } from "../core/protocol.js";

export interface RequestOptions {
  /** Give up waiting for the reply after this long. */
  readonly timeout_ms?: number;
  /** Give up when this aborts. */
  readonly signal?: AbortSignal;
}

export interface Connection {
  /** The server's name in the quorum table. */
  readonly server: string;

  /**
   * Sends the request and resolves with its reply. Rejects with ConnectionError when none comes: the request may or may
   * not have taken effect, and may be sent again. Rejects with MismatchError when the two do not belong together, and
   * from then on always. Rejects with the signal's reason when that aborts.
   */
  request(request: Request, options?: RequestOptions): Promise<Reply>;

  close(): void;
}

/** No reply: the server could not be reached, went away, or took too long. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** Server and client do not belong together (handshake.ts). It is of no use to try again, and the client must stop. */
export class MismatchError extends Error {
  override readonly name = "MismatchError";
}
