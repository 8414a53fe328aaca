/**
 * How one server of the implementation is run in memory: made from what a disk kept, asked, crashed, and looked into.
 */

import type { Register } from "../../../spec/register.js";
import type { Channel } from "../lockstep/lockstep-run.js";

/** `Remains` is what survives a crash: plain data, from which any number of servers can be started. */
export interface ServerKind<Server, Request, Reply, Remains> {
  readonly channel: Channel;
  readonly likeness: Likeness<Server> | null;
  /** What the disk of a server holds that was never started. */
  readonly nothing: Remains;
  open(name: string, remains: Remains): Server | Promise<Server>;
  /**
   * The server as it is, once more, so that each goes on by itself. Left out where that takes another that goes through
   * the same.
   */
  copyOf?(server: Server): Server;
  /** Throws ImplementationFault where the server fails, is silent, or replies before its reply may leave. */
  request(server: Server, request: Request): Reply | Promise<Reply>;
  /** What a crash would leave now, while the server has nothing to do. It goes on as if there was none. */
  remainsOf(server: Server): Remains;
  /**
   * What a crash leaves while the server handles the request: of what it has not made durable, `torn_bytes` survive. It
   * is gone. Throws ImplementationFault where a process that starts meanwhile, without a power cut, reveals what such a
   * one takes away.
   */
  crash(server: Server, underWay: Request, torn_bytes: number): Remains | Promise<Remains>;
  /**
   * What a crash leaves when the server has answered all of these requests, which arrive while one sync is under way.
   * It is gone. Throws ImplementationFault where a reply promises or reveals what a crash would have taken away when it
   * left.
   */
  crowd(server: Server, requests: readonly Request[]): Remains | Promise<Remains>;
  registerAt(server: Server, registerSet: number): Register;
  /** What a power cut would leave, read without the server. */
  durableAt(server: Server, registerSet: number): Register;
  /** The register sets that hold a value on its disk. */
  writtenSets(server: Server): readonly number[];
  /** How much the server has written to its disk: bytes or records. */
  writtenBy(server: Server): number;
  /** The same for the same request. */
  keyOf(request: Request): string;
  /** The same for remains that a server starts from alike. */
  keyOfRemains(remains: Remains): string;
}

/**
 * Which servers do the same when they are asked the same: what one of them did, others need not do again. Null where
 * what a server does may depend on its name.
 */
export interface Likeness<Server> {
  /** The same for the names of servers that are alike. */
  of(name: string): string;
  /** The server goes on as one that is like it. Only sentences tell them apart. */
  rename(server: Server, name: string): void;
}
