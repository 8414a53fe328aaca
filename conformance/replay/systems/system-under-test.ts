/**
 * What is replayed, seen from outside: servers that take requests, crash and restart, and that can be looked into.
 *
 * `Request` and `Reply` are those of servers that know their row (impl/core/protocol.ts), or of storage that knows single
 * registers (impl/core/register-storage.ts). Every method rejects, or throws, with ImplementationFault where a server fails.
 */
import type { Register } from "../../../spec/register.js";
import type { Channel, Restorable } from "../lockstep/lockstep-run.js";

export interface SystemUnderTest<Request, Reply> {
  readonly channel: Channel;
  /** The server's reply, once all that it promises is on disk: an earlier one is a fault, and so is none. */
  request(server: number, request: Request): Reply | Promise<Reply>;
  /** Kills the server without warning and starts it again from what its disk kept. */
  crash(server: number): void | Promise<void>;
  /**
   * The same while it handles the request, of which nothing is durable yet but the first `torn_bytes`. Where that cannot be timed,
   * the request has not arrived.
   */
  crashDuring(server: number, request: Request, torn_bytes: number): void | Promise<void>;
  /**
   * Kills the server when it has answered these requests, which arrive at the same time; a reply that a power cut would make untrue
   * when it leaves is a fault. Where that cannot be timed, none has arrived.
   */
  crashAfterAll(server: number, requests: readonly Request[]): void | Promise<void>;
  /** Makes what follows current, for this server or for all. */
  observe(server?: number): void | Promise<void>;
  /** What the running server holds. */
  registerAt(server: number, registerSet: number): Register;
  /** What a power cut would leave of it, read without the server, so that it cannot mislead. */
  durableAt(server: number, registerSet: number): Register;
  /** The register sets that hold a value on its disk. */
  writtenSets(server: number): readonly number[];
  /** Null where servers cannot be put back to where they were. */
  readonly restorable: Restorable | null;
  close(): Promise<void>;
}
