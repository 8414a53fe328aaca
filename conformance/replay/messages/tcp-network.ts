/**
 * The network of server processes: real connections of clients, and between them and each server a proxy that holds
 * every frame.
 */
import path from "node:path";
import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { ReplyMessage, RequestMessage } from "../../../impl/encoding/messages.js";
import { TcpConnection } from "../../../impl/network/tcp-client.js";
import { type Claims, FileClaims } from "../../../impl/storage/claims.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { replayedClient, replayingParty } from "../systems/replay-party.js";
import type { HeldReply, HeldRequest, Network } from "../systems/system-under-test.js";
import { FrameProxy, type HeldFrame } from "./frame-proxy.js";
import type { ServerProcess } from "./server-process.js";

/** What has not come by then never will: everything runs on this machine, and replay asks one at a time. */
const PATIENCE_MS = 5000;

/** More clients than any run has. */
const CLIENTS_MAX = 1000;

/** A client waits for as long as replay holds its messages. */
const CLIENT_TIMEOUT_MS = 600_000;

/** A client's request on its way: its frame, and how it ends for the client. */
interface Sent {
  readonly frame: HeldFrame<RequestMessage>;
  readonly answer: Promise<Reply>;
  readonly isSettled: () => boolean;
}

/** A reply on its way: its frame, and the request that it answers. */
interface Answered {
  readonly frame: HeldFrame<ReplyMessage>;
  readonly sent: Sent;
}

export class TcpNetwork implements Network<Request, Reply> {
  readonly mixesClients = false;
  readonly restorable = null;
  readonly #directory: string;
  readonly #servers: readonly ServerProcess[];
  readonly #proxies: readonly FrameProxy[];
  /** Those that have a directory. */
  readonly #clients = new Set<number>();
  /** By client, then by server. */
  readonly #connections = new Map<number, readonly TcpConnection[]>();
  readonly #sent = new WeakMap<HeldRequest<Request>, Sent>();
  readonly #answered = new WeakMap<HeldReply<Reply>, Answered>();

  private constructor(directory: string, servers: readonly ServerProcess[], proxies: readonly FrameProxy[]) {
    this.#directory = directory;
    this.#servers = servers;
    this.#proxies = proxies;
  }

  /** Between these servers and any number of clients, whose claims are kept in directories of the directory. */
  static async before(servers: readonly ServerProcess[], directory: string): Promise<TcpNetwork> {
    const proxies = await Promise.all(servers.map((server) => FrameProxy.listen(() => server.address)));
    return new TcpNetwork(directory, servers, proxies);
  }

  openClaims(client: number): Promise<Claims> {
    const identity = { index: client, count: CLIENTS_MAX };
    const directory = path.join(this.#directory, `client-${client}`);
    if (this.#clients.has(client)) return FileClaims.open(directory, identity);
    this.#clients.add(client);
    return FileClaims.create(directory, identity);
  }

  async send(client: number, server: number, request: Request): Promise<HeldRequest<Request>> {
    const answer = this.#connection(client, server).request(request, { timeout_ms: CLIENT_TIMEOUT_MS });
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    answer.then(settle, settle);
    const frame = await this.#proxies[server]!.nextRequest(PATIENCE_MS).catch((error: Error) => {
      throw new ImplementationFault(`client ${client} did not send its request: ${error.message}`);
    });
    const held: HeldRequest<Request> = { client, server, request: frame.message.request };
    this.#sent.set(held, { frame, answer, isSettled: () => isSettled });
    return held;
  }

  async deliverRequest(request: HeldRequest<Request>): Promise<HeldReply<Reply>> {
    const { client, server } = request;
    const sent = this.#sent.get(request)!;
    const { name } = this.#servers[server]!;
    if (!(await this.#proxies[server]!.deliver(sent.frame))) throw new ImplementationFault(`${name} does not listen`);
    const frame = await this.#proxies[server]!.nextReply(PATIENCE_MS).catch((error: Error) => {
      throw new ImplementationFault(`${name} does not answer: ${error.message}`);
    });
    const held: HeldReply<Reply> = { client, server, reply: frame.message.reply };
    this.#answered.set(held, { frame, sent });
    return held;
  }

  async deliverReply(reply: HeldReply<Reply>): Promise<Reply | null> {
    const { frame, sent } = this.#answered.get(reply)!;
    const isAwaited = !sent.isSettled();
    const isTaken = await this.#proxies[reply.server]!.deliver(frame);
    if (!isAwaited || !isTaken) return null;
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      const { name } = this.#servers[reply.server]!;
      const fault = new ImplementationFault(`client ${reply.client} did not take the reply of ${name}`);
      timer = setTimeout(() => reject(fault), PATIENCE_MS);
    });
    try {
      return await Promise.race([sent.answer, silence]);
    } finally {
      clearTimeout(timer);
    }
  }

  crashClient(client: number): void {
    for (const connection of this.#connections.get(client) ?? []) connection.close();
    this.#connections.delete(client);
  }

  async close(): Promise<void> {
    for (const client of this.#connections.keys()) this.crashClient(client);
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
  }

  #connection(client: number, server: number): TcpConnection {
    const known = this.#connections.get(client);
    if (known !== undefined) return known[server]!;
    const connections = this.#servers.map(({ name }, index) => {
      const party = replayingParty(name, replayedClient(client, CLIENTS_MAX));
      return new TcpConnection({ server: name, ...this.#proxies[index]!.address }, party);
    });
    this.#connections.set(client, connections);
    return connections[server]!;
  }
}
