/** Servers over TCP, whatever runs them: what they hold they are asked, and what is durable is read from their logs. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { Register } from "../../../spec/register.js";
import { faultOf } from "../lockstep/implementation-fault.js";
import { durableRow, LOG_FILE, type ObservedRow, registerIn, rowTold, unobserved } from "./rows.js";
import type { Network, SystemUnderTest } from "./system-under-test.js";

/** A server, and where its log is. */
interface Home {
  readonly name: string;
  readonly directory: string;
}

/**
 * What has started, once all have started or failed to, and the first failure: what has started must be ended then,
 * too.
 */
export async function allStarted<Server>(
  starting: readonly Promise<Server>[],
): Promise<{ readonly started: Server[]; readonly failed: PromiseRejectedResult | null }> {
  const all = await Promise.allSettled(starting);
  return {
    started: all.flatMap((server) => (server.status === "fulfilled" ? [server.value] : [])),
    failed: all.find((server) => server.status === "rejected") ?? null,
  };
}

export abstract class TcpSystem implements SystemUnderTest<Request, Reply> {
  readonly channel = "tcp";
  readonly restorable = null;
  /** What a server has done of a request by the time it dies cannot be timed. */
  readonly timedCrashes = null;
  abstract readonly network: Network<Request, Reply> | null;
  readonly #homes: readonly Home[];
  readonly #observed: readonly ObservedRow[];

  protected constructor(homes: readonly Home[]) {
    this.#homes = homes;
    this.#observed = homes.map(unobserved);
  }

  abstract request(server: number, request: Request): Promise<Reply>;

  abstract crash(server: number): Promise<void>;

  abstract close(): Promise<void>;

  async observe(only?: number): Promise<void> {
    const servers = only === undefined ? [...this.#homes.keys()] : [only];
    // All of them, so that the first server with a fault is the one that is told of, and none is asked when it is
    // closed.
    const observed = await Promise.allSettled(servers.map((server) => this.#observe(server)));
    const fault = observed.find(({ status }) => status === "rejected");
    if (fault !== undefined) throw (fault as PromiseRejectedResult).reason;
  }

  registerAt(server: number, registerSet: number): Register {
    return registerIn(this.#observed[server]!.live, registerSet);
  }

  durableAt(server: number, registerSet: number): Register {
    return registerIn(this.#observed[server]!.durable, registerSet);
  }

  writtenSets(server: number): readonly number[] {
    return [...this.#observed[server]!.durable.values.keys()];
  }

  async #observe(server: number): Promise<void> {
    const { name, directory } = this.#homes[server]!;
    const observed = this.#observed[server]!;
    observed.live = rowTold(await this.request(server, { kind: "read" }), name);
    const log = await readFile(path.join(directory, LOG_FILE)).catch((error) => {
      throw faultOf(`${name} has no log that can be read`, error);
    });
    observed.durable = durableRow(log, name);
  }
}
