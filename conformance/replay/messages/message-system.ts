/** The system under test of message-level replay: its servers, and a network in which replay alone decides what every message does. */
import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { Claims } from "../../../impl/storage/claims.js";
import type { SystemUnderTest } from "../systems/system-under-test.js";

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
export interface MessageSystem extends SystemUnderTest<Request, Reply> {
  /** What the client, and after a crash the client that takes its place, remembers of the register sets that it used. */
  openClaims(client: number): Promise<Claims>;
  send(client: number, server: number, request: Request): Promise<HeldRequest>;
  /** The request reaches its server, for the first time or again. Resolves with the reply once the server has let it go. */
  deliverRequest(held: HeldRequest): Promise<HeldReply>;
  /** The reply reaches its client. Resolves with what is handed to the client's core: null where its connection drops the reply. */
  deliverReply(held: HeldReply): Promise<Reply | null>;
  /** The client's process ends, and with it its connections. */
  crashClient(client: number): void;
}
