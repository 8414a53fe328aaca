/** How message-level replay drives the implementation: over memory or over TCP, it alone decides what every message does. */

import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { Claims } from "../../../impl/storage/claims.js";
import type { Row } from "./rows.js";

/** A request that its client has sent and the network holds. */
export interface HeldRequest {
  readonly client: number;
  readonly server: number;
  readonly request: Request;
}

/** A reply that its server has let go and the network holds. */
export interface HeldReply {
  readonly client: number;
  readonly server: number;
  readonly reply: Reply;
}

/** Clients are numbered by the caller, servers by their index in the table. All methods reject with ImplementationFault. */
export interface MessageDriver {
  readonly name: "memory" | "tcp";

  /** What the client, and after a crash the client that takes its place, remembers of the register sets that it used. */
  openClaims(client: number): Promise<Claims>;
  send(client: number, server: number, request: Request): Promise<HeldRequest>;
  /** The request reaches its server, for the first time or again. Resolves with the reply once the server has let it go. */
  deliverRequest(held: HeldRequest): Promise<HeldReply>;
  /** The reply reaches its client. Resolves with what is handed to the client's core: null where its connection drops the reply. */
  deliverReply(held: HeldReply): Promise<Reply | null>;
  /** The client's process ends, and with it its connections. */
  crashClient(client: number): void;

  /**
   * kill -9, or a power cut: what the server has not synced is gone. In memory, where this can be timed, it happens while the
   * server handles the request, before anything of it is durable.
   */
  crashServer(server: number, underWay: HeldRequest | null): Promise<void>;
  /** Starts the server from what its disk kept. */
  restartServer(server: number): Promise<void>;
  /** What the server's disk would keep of its registers in a power cut now. */
  durableRow(server: number): Promise<Row>;
  /** What the running server says that its registers hold. */
  liveRow(server: number): Promise<Row>;
  close(): Promise<void>;
}
