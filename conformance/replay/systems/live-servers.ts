import type { Register } from "../../../spec/register.js";
import type { ServerKind } from "./server-kind.js";
import type { SystemUnderTest } from "./system-under-test.js";

/** Servers in memory, each of them one object from the beginning of the run to its end: all that they ever went through counts. */
export class LiveServers<Server, Request, Reply, Remains> implements SystemUnderTest<Request, Reply> {
  readonly channel = "memory";
  readonly crashDuring = null;
  readonly restorable = null;
  readonly durableAt: SystemUnderTest<Request, Reply>["durableAt"];
  readonly #kind: ServerKind<Server, Request, Reply, Remains>;
  readonly #names: readonly string[];
  readonly #servers: Server[];

  private constructor(kind: ServerKind<Server, Request, Reply, Remains>, names: readonly string[], servers: Server[]) {
    this.#kind = kind;
    this.#names = names;
    this.#servers = servers;
    const { durableAt } = kind;
    this.durableAt = durableAt && ((server, registerSet) => durableAt(this.#servers[server]!, registerSet));
  }

  /** Starts a server of each name; they go by their index from then on. */
  static async start<Server, Request, Reply, Remains>(
    kind: ServerKind<Server, Request, Reply, Remains>,
    names: readonly string[],
  ): Promise<LiveServers<Server, Request, Reply, Remains>> {
    const servers: Server[] = [];
    for (const name of names) servers.push(await kind.open(name, kind.nothing));
    return new LiveServers(kind, names, servers);
  }

  request(server: number, request: Request): Reply | Promise<Reply> {
    return this.#kind.request(this.#servers[server]!, request);
  }

  async crash(server: number): Promise<void> {
    this.#servers[server] = await this.#kind.open(this.#names[server]!, this.#kind.remainsOf(this.#servers[server]!));
  }

  observe(): void {}

  registerAt(server: number, registerSet: number): Register {
    return this.#kind.registerAt(this.#servers[server]!, registerSet);
  }

  async close(): Promise<void> {}
}
