/**
 * Whatever is replayed, seen from outside: servers that take requests, crash and restart, and that can be looked into.
 * Our cores in memory, our servers over TCP, storage of single registers, foreign code behind an adapter, and servers
 * with a network between them and clients are all this.
 *
 * What not every system can do is declared: it is null where it cannot be done, and whoever replays looks there and
 * nowhere else.
 *
 * `Request` and `Reply` are those of servers that know their row (impl/core/protocol.ts), or of storage that knows
 * single registers (impl/core/register-storage.ts). Every method rejects, or throws, with ImplementationFault where a
 * server fails.
 */
import type { Claims } from "../../../impl/storage/claims.js";
import type { Register } from "../../../spec/register.js";
import type { Channel, Restorable } from "../lockstep/lockstep-run.js";

export interface SystemUnderTest<Request, Reply> {
  readonly channel: Channel;
  /** The server's reply, once all that it promises is on disk: an earlier one is a fault, and so is none. */
  request(server: number, request: Request): Reply | Promise<Reply>;
  /** Kills the server without warning and starts it again from what its disk kept. */
  crash(server: number): void | Promise<void>;
  /** Makes what follows current, for this server or for all. */
  observe(server?: number): void | Promise<void>;
  /** What the running server holds. */
  registerAt(server: number, registerSet: number): Register;
  /** What a power cut would leave of it, read without the server, so that it cannot mislead. */
  durableAt(server: number, registerSet: number): Register;
  /** The register sets that hold a value on its disk. */
  writtenSets(server: number): readonly number[];
  /** Servers can be put back to where they were. */
  readonly restorable: Restorable | null;
  /** Servers can be crashed amid what they do. */
  readonly timedCrashes: TimedCrashes<Request> | null;
  /** Messages between clients and servers can be held. */
  readonly network: Network<Request, Reply> | null;
  close(): Promise<void>;
}

/** Crashes at a time of replay's choice. The server starts again from what its disk kept. */
export interface TimedCrashes<Request> {
  /** While the server handles the request, of which nothing is durable yet but the first `torn_bytes`. */
  during(server: number, request: Request, torn_bytes: number): void | Promise<void>;
  /**
   * When it has answered these requests, which arrive at the same time; a reply that a power cut would make untrue when
   * it leaves is a fault.
   */
  afterAll(server: number, requests: readonly Request[]): void | Promise<void>;
}

/**
 * A network in which replay alone decides what every message does, and the clients at its other end. Clients are
 * numbered by the caller. All methods reject with ImplementationFault.
 */
export interface Network<Request, Reply> {
  /** Whether a reply may reach a client that asked for none such: what no connection prevents. */
  readonly mixesClients: boolean;
  /**
   * What the client, and after a crash the client that takes its place, remembers of the register sets that it used.
   */
  openClaims(client: number): Promise<Claims>;
  send(client: number, server: number, request: Request): Promise<HeldRequest<Request>>;
  /**
   * The request reaches its server, for the first time or again. Resolves with the reply once the server has let it go.
   */
  deliverRequest(held: HeldRequest<Request>): Promise<HeldReply<Reply>>;
  /**
   * The reply reaches its client. Resolves with what is handed to the client's core: null where its connection drops
   * the reply.
   */
  deliverReply(held: HeldReply<Reply>): Promise<Reply | null>;
  /** What clients remember can be put back to what it was; null where it cannot. */
  readonly restorable: Restorable | null;
  /** The client's process ends, and with it its connections. */
  crashClient(client: number): void;
}

/** A request that its client has sent and the network holds. */
export interface HeldRequest<Request> {
  readonly client: number;
  readonly server: number;
  readonly request: Request;
}

/** A reply that its server has let go and the network holds. */
export interface HeldReply<Reply> {
  readonly client: number;
  readonly server: number;
  readonly reply: Reply;
}
