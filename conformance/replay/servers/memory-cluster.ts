import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { ServerOptions } from "../../../impl/core/server.js";
import { MemoryNetwork } from "../../../impl/simulation/memory-network.js";
import type { Register } from "../../../spec/register.js";
import { type Cluster, ImplementationFault } from "./cluster.js";

/** Turns of the microtask queue after which a server in memory counts as silent: a sync takes about ten. */
const SILENCE_TURNS = 1000;

/** Of what was not synced, a crash leaves up to so many bytes behind: torn records must be recognised. */
const TORN_BYTES_MAX = 15;

/** The servers' real cores and logs over disks in memory, which lose on a crash whatever was not synced. */
export class MemoryCluster implements Cluster {
  readonly driver = "memory";
  readonly #network: MemoryNetwork;
  #crashes = 0;

  private constructor(network: MemoryNetwork) {
    this.#network = network;
  }

  static async start(servers: readonly string[], options: ServerOptions): Promise<MemoryCluster> {
    return new MemoryCluster(await settled(MemoryNetwork.open(servers, options), "the cluster"));
  }

  async request(server: number, request: Request): Promise<Reply> {
    const name = this.#network.servers[server]!;
    const reply = await settled(this.#network.request(server, request), name);
    if (!this.#network.isDurable(server)) {
      throw new ImplementationFault(`${name} replied "${reply.kind}" before its log was synced`);
    }
    return reply;
  }

  async crash(server: number): Promise<void> {
    this.#network.crash(server, this.#crashes++ % (TORN_BYTES_MAX + 1));
    await settled(this.#network.restart(server), this.#network.servers[server]!);
  }

  async observe(): Promise<void> {}

  registerAt(server: number, registerSet: number): Register {
    return this.#network.registerAt(server, registerSet);
  }

  async close(): Promise<void> {}
}

/** Waits without timers, which would make the replay of millions of requests slow; rejects if nothing ever comes. */
async function settled<T>(promise: Promise<T>, server: string): Promise<T> {
  let outcome: { readonly value: T } | { readonly error: unknown } | null = null;
  promise.then(
    (value) => {
      outcome = { value };
    },
    (error: unknown) => {
      outcome = { error };
    },
  );
  for (let turn = 0; outcome === null && turn < SILENCE_TURNS; turn++) await null;
  const settledOutcome = outcome as { readonly value: T } | { readonly error: unknown } | null;
  if (settledOutcome === null) throw new ImplementationFault(`${server} does not answer`);
  if ("error" in settledOutcome) {
    const { message, cause } = settledOutcome.error as Error;
    throw new ImplementationFault(`${server} failed: ${cause instanceof Error ? cause.message : message}`);
  }
  return settledOutcome.value;
}
