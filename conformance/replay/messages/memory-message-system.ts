import type { Reply, Request } from "../../../impl/core/protocol.js";
import { type Claims, MemoryClaims } from "../../../impl/storage/claims.js";
import { LiveServers } from "../systems/live-servers.js";
import { type RowServer, rowServers } from "../systems/row-server.js";
import type { HeldReply, HeldRequest, Network } from "../systems/system-under-test.js";

/** The real hosts and logs over disks in memory, with a network before them. */
export class MemoryMessageSystem extends LiveServers<RowServer, Request, Reply, Uint8Array> {
  override readonly network = new MemoryNetwork(async (server, request) => this.request(server, request));

  static async open(names: readonly string[]): Promise<MemoryMessageSystem> {
    const kind = rowServers(() => ({}));
    return new MemoryMessageSystem(kind, names, await LiveServers.opened(kind, names));
  }
}

/** A message is delivered by handing it over: nothing is encoded on the way. */
class MemoryNetwork implements Network<Request, Reply> {
  readonly mixesClients = true;
  readonly #ask: (server: number, request: Request) => Promise<Reply>;
  readonly #claims = new Map<number, MemoryClaims>();

  constructor(ask: (server: number, request: Request) => Promise<Reply>) {
    this.#ask = ask;
  }

  async openClaims(client: number): Promise<Claims> {
    const claims = this.#claims.get(client) ?? new MemoryClaims();
    this.#claims.set(client, claims);
    return claims;
  }

  async send(client: number, server: number, request: Request): Promise<HeldRequest<Request>> {
    return { client, server, request };
  }

  async deliverRequest({ client, server, request }: HeldRequest<Request>): Promise<HeldReply<Reply>> {
    return { client, server, reply: await this.#ask(server, request) };
  }

  async deliverReply({ reply }: HeldReply<Reply>): Promise<Reply> {
    return reply;
  }

  crashClient(): void {}
}
