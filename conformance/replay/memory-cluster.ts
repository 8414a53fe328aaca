import { MemoryDisk } from "../../impl/memory-disk.js";
import type { Reply, Request } from "../../impl/protocol.js";
import { ServerHost } from "../../impl/server-host.js";
import type { Register } from "../../spec/register.js";
import { type Cluster, ImplementationFault } from "./cluster.js";

/** Turns of the microtask queue after which a server in memory counts as silent: a sync takes about ten. */
const SILENCE_TURNS = 1000;

/** The servers' real cores and logs over disks in memory, which lose on a crash whatever was not synced. */
export class MemoryCluster implements Cluster {
  readonly driver = "memory";
  readonly #servers: readonly string[];
  readonly #disks: readonly MemoryDisk[];
  readonly #hosts: ServerHost[];
  /** Of what was not synced, how many bytes the next crash leaves behind: torn records must be recognised. */
  #tornBytes = 0;

  private constructor(servers: readonly string[], disks: readonly MemoryDisk[], hosts: ServerHost[]) {
    this.#servers = servers;
    this.#disks = disks;
    this.#hosts = hosts;
  }

  static async start(servers: readonly string[]): Promise<MemoryCluster> {
    const disks = servers.map((server) => new MemoryDisk(server));
    const hosts: ServerHost[] = [];
    for (const [index, server] of servers.entries()) hosts.push(await open(server, disks[index]!));
    return new MemoryCluster(servers, disks, hosts);
  }

  async request(server: number, request: Request): Promise<Reply> {
    const name = this.#servers[server]!;
    const reply = await settled(this.#hosts[server]!.handle(request), name);
    const disk = this.#disks[server]!;
    if (disk.durableLength < disk.length) {
      throw new ImplementationFault(`${name} replied "${reply.kind}" before its log was synced`);
    }
    return reply;
  }

  async crash(server: number): Promise<void> {
    this.#hosts[server]!.stop();
    this.#disks[server]!.crash(this.#tornBytes++ % 16);
    this.#hosts[server] = await open(this.#servers[server]!, this.#disks[server]!);
  }

  async observe(): Promise<void> {}

  registerAt(server: number, registerSet: number): Register {
    return this.#hosts[server]!.registerAt(registerSet);
  }

  async close(): Promise<void> {}
}

const open = (server: string, disk: MemoryDisk): Promise<ServerHost> => settled(ServerHost.open(server, disk), server);

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
    throw new ImplementationFault(`${server} failed: ${(settledOutcome.error as Error).message}`);
  }
  return settledOutcome.value;
}
