import type { Register } from "../../../spec/register.js";
import type { Channel } from "../lockstep/lockstep-run.js";
import type { ServerKind } from "./server-kind.js";
import type { Network, SystemUnderTest, TimedCrashes } from "./system-under-test.js";

/**
 * Servers in memory, each of them one object from the beginning of the run to its end: all that they ever went through
 * counts.
 */
export class LiveServers<Server, Request, Reply, Remains> implements SystemUnderTest<Request, Reply> {
  readonly channel: Channel;
  readonly restorable = null;
  readonly timedCrashes: TimedCrashes<Request>;
  readonly network: Network<Request, Reply> | null = null;
  readonly #kind: ServerKind<Server, Request, Reply, Remains>;
  readonly #names: readonly string[];
  readonly #servers: Server[];

  protected constructor(
    kind: ServerKind<Server, Request, Reply, Remains>,
    names: readonly string[],
    servers: readonly Server[],
  ) {
    this.channel = kind.channel;
    this.#kind = kind;
    this.#names = names;
    this.#servers = [...servers];
    this.timedCrashes = {
      during: async (server, request, torn_bytes) =>
        this.#startAgain(server, await kind.crash(this.#servers[server]!, request, torn_bytes)),
      afterAll: async (server, requests) =>
        this.#startAgain(server, await kind.crowd(this.#servers[server]!, requests)),
    };
  }

  /** Starts a server of each name; they go by their index from then on. */
  static async start<Server, Request, Reply, Remains>(
    kind: ServerKind<Server, Request, Reply, Remains>,
    names: readonly string[],
  ): Promise<LiveServers<Server, Request, Reply, Remains>> {
    return new LiveServers(kind, names, await LiveServers.opened(kind, names));
  }

  protected static async opened<Server, Request, Reply, Remains>(
    kind: ServerKind<Server, Request, Reply, Remains>,
    names: readonly string[],
  ): Promise<Server[]> {
    const servers: Server[] = [];
    for (const name of names) servers.push(await kind.open(name, kind.nothing));
    return servers;
  }

  request(server: number, request: Request): Reply | Promise<Reply> {
    return this.#kind.request(this.#servers[server]!, request);
  }

  async crash(server: number): Promise<void> {
    await this.#startAgain(server, this.#kind.remainsOf(this.#servers[server]!));
  }

  observe(): void {}

  registerAt(server: number, registerSet: number): Register {
    return this.#kind.registerAt(this.#servers[server]!, registerSet);
  }

  durableAt(server: number, registerSet: number): Register {
    return this.#kind.durableAt(this.#servers[server]!, registerSet);
  }

  writtenSets(server: number): readonly number[] {
    return this.#kind.writtenSets(this.#servers[server]!);
  }

  async close(): Promise<void> {}

  async #startAgain(server: number, remains: Remains): Promise<void> {
    this.#servers[server] = await this.#kind.open(this.#names[server]!, remains);
  }
}
