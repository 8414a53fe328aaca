import type { Reply, Request } from "../../../impl/core/protocol.js";
import { type Claims, MemoryClaims } from "../../../impl/storage/claims.js";
import type { Restorable } from "../lockstep/lockstep-run.js";
import type { HeldReply, HeldRequest, Network } from "../systems/system-under-test.js";

/** A message is delivered by handing it over: nothing is encoded on the way. */
export class MemoryNetwork implements Network<Request, Reply> {
  readonly mixesClients = true;
  readonly restorable: Restorable;
  readonly #ask: (server: number, request: Request) => Promise<Reply>;
  #claims: ReadonlyMap<number, MemoryClaims> = new Map();

  constructor(ask: (server: number, request: Request) => Promise<Reply>) {
    this.#ask = ask;
    this.restorable = {
      save: () => copyOf(this.#claims),
      restore: (saved) => {
        this.#claims = copyOf(saved as ReadonlyMap<number, MemoryClaims>);
      },
    };
  }

  async openClaims(client: number): Promise<Claims> {
    const claims = this.#claims.get(client) ?? new MemoryClaims();
    this.#claims = new Map(this.#claims).set(client, claims);
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

const copyOf = (claims: ReadonlyMap<number, MemoryClaims>): ReadonlyMap<number, MemoryClaims> =>
  new Map([...claims].map(([client, of]) => [client, of.copy()]));
