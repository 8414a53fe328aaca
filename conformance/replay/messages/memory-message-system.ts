import type { Reply, Request } from "../../../impl/core/protocol.js";
import { type Claims, MemoryClaims } from "../../../impl/storage/claims.js";
import { LiveServers } from "../systems/live-servers.js";
import { type RowServer, rowServers } from "../systems/row-server.js";
import type { HeldReply, HeldRequest, MessageSystem } from "./message-system.js";

/** The real hosts and logs over disks in memory. A message is delivered by handing it over: nothing is encoded on the way. */
export class MemoryMessageSystem extends LiveServers<RowServer, Request, Reply, Uint8Array> implements MessageSystem {
  readonly #claims = new Map<number, MemoryClaims>();

  static async open(names: readonly string[]): Promise<MemoryMessageSystem> {
    const kind = rowServers(() => ({}));
    return new MemoryMessageSystem(kind, names, await LiveServers.opened(kind, names));
  }

  async openClaims(client: number): Promise<Claims> {
    const claims = this.#claims.get(client) ?? new MemoryClaims();
    this.#claims.set(client, claims);
    return claims;
  }

  async send(client: number, server: number, request: Request): Promise<HeldRequest> {
    return { client, server, request };
  }

  async deliverRequest({ client, server, request }: HeldRequest): Promise<HeldReply> {
    return { client, server, reply: await this.request(server, request) };
  }

  async deliverReply({ reply }: HeldReply): Promise<Reply> {
    return reply;
  }

  crashClient(): void {}
}
