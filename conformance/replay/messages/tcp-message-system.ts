import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { ClientFacts } from "../../../impl/encoding/handshake-messages.js";
import type { ReplyMessage, RequestMessage } from "../../../impl/encoding/messages.js";
import { TcpConnection } from "../../../impl/network/tcp-client.js";
import { type Claims, FileClaims } from "../../../impl/storage/claims.js";
import type { Register } from "../../../spec/register.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { replayedClient, replayingParty } from "../systems/replay-party.js";
import { durableRow, LOG_FILE, type ObservedRow, registerIn, rowTold, unobserved } from "../systems/rows.js";
import { FrameProxy, type HeldFrame } from "./frame-proxy.js";
import type { HeldReply, HeldRequest, MessageSystem } from "./message-system.js";
import { ServerProcess } from "./server-process.js";

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

/** Server processes with logs in files, real connections of clients, and between them a proxy for each server. */
export class TcpMessageSystem implements MessageSystem {
  readonly channel = "tcp";
  readonly restorable = null;
  readonly #directory: string;
  readonly #servers: readonly ServerProcess[];
  readonly #proxies: readonly FrameProxy[];
  /** Those that have a directory. */
  readonly #clients = new Set<number>();
  /** By client, then by server. */
  readonly #connections = new Map<number, readonly TcpConnection[]>();
  /** By server: past the proxy, for whoever looks on. */
  readonly #observers: TcpConnection[];
  readonly #observed: ObservedRow[];
  readonly #sent = new WeakMap<HeldRequest, Sent>();
  readonly #answered = new WeakMap<HeldReply, Answered>();

  private constructor(directory: string, servers: readonly ServerProcess[], proxies: readonly FrameProxy[]) {
    this.#directory = directory;
    this.#servers = servers;
    this.#proxies = proxies;
    this.#observers = servers.map((server) => connectTo(server, null));
    this.#observed = servers.map(unobserved);
  }

  static async start(names: readonly string[]): Promise<TcpMessageSystem> {
    const directory = await mkdtemp(path.join(tmpdir(), "quorate-messages-"));
    // A name may be no file name; its index is.
    const starting = names.map((name, index) => ServerProcess.start(name, path.join(directory, `${index}`)));
    const started = await Promise.allSettled(starting);
    const servers = started.flatMap((server) => (server.status === "fulfilled" ? server.value : []));
    const failed = started.find((server) => server.status === "rejected");
    const proxies = await Promise.all(servers.map((server) => FrameProxy.listen(() => server.address)));
    const system = new TcpMessageSystem(directory, servers, proxies);
    if (failed === undefined) return system;
    await system.close();
    throw new ImplementationFault((failed.reason as Error).message);
  }

  openClaims(client: number): Promise<Claims> {
    const identity = { index: client, count: CLIENTS_MAX };
    const directory = path.join(this.#directory, `client-${client}`);
    if (this.#clients.has(client)) return FileClaims.open(directory, identity);
    this.#clients.add(client);
    return FileClaims.create(directory, identity);
  }

  async send(client: number, server: number, request: Request): Promise<HeldRequest> {
    const answer = this.#connection(client, server).request(request, { timeout_ms: CLIENT_TIMEOUT_MS });
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    answer.then(settle, settle);
    const frame = await this.#proxies[server]!.nextRequest(PATIENCE_MS).catch((error: Error) => {
      throw new ImplementationFault(`client ${client} did not send its request: ${error.message}`);
    });
    const held: HeldRequest = { client, server, request: frame.message.request };
    this.#sent.set(held, { frame, answer, isSettled: () => isSettled });
    return held;
  }

  async deliverRequest(request: HeldRequest): Promise<HeldReply> {
    const { client, server } = request;
    const sent = this.#sent.get(request)!;
    const { name } = this.#servers[server]!;
    if (!(await this.#proxies[server]!.deliver(sent.frame))) throw new ImplementationFault(`${name} does not listen`);
    const frame = await this.#proxies[server]!.nextReply(PATIENCE_MS).catch((error: Error) => {
      throw new ImplementationFault(`${name} does not answer: ${error.message}`);
    });
    const held: HeldReply = { client, server, reply: frame.message.reply };
    this.#answered.set(held, { frame, sent });
    return held;
  }

  async deliverReply(reply: HeldReply): Promise<Reply | null> {
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

  /** Past the proxy. */
  async request(server: number, request: Request): Promise<Reply> {
    return this.#observers[server]!.request(request, { timeout_ms: PATIENCE_MS }).catch((error: Error) => {
      throw new ImplementationFault(`${this.#servers[server]!.name} does not answer: ${error.message}`);
    });
  }

  /** What a process has done of a request by the time it dies cannot be timed, so none has arrived. */
  crashDuring(server: number): Promise<void> {
    return this.crash(server);
  }

  crashAfterAll(server: number): Promise<void> {
    return this.crash(server);
  }

  async crash(server: number): Promise<void> {
    await this.#servers[server]!.kill();
    await this.#servers[server]!.restart().catch((error: Error) => {
      throw new ImplementationFault(`${this.#servers[server]!.name} does not start again: ${error.message}`);
    });
    this.#observers[server]!.close();
    this.#observers[server] = connectTo(this.#servers[server]!, null);
  }

  async observe(only?: number): Promise<void> {
    for (const [server, { name, directory }] of this.#servers.entries()) {
      if (only !== undefined && only !== server) continue;
      const durable = durableRow(await readFile(path.join(directory, LOG_FILE)), name);
      this.#observed[server] = { durable, live: rowTold(await this.request(server, { kind: "read" }), name) };
    }
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

  async close(): Promise<void> {
    for (const observer of this.#observers) observer.close();
    for (const client of this.#connections.keys()) this.crashClient(client);
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
    await Promise.all(this.#servers.map((server) => server.kill()));
    await rm(this.#directory, { recursive: true, force: true });
  }

  #connection(client: number, server: number): TcpConnection {
    const known = this.#connections.get(client);
    if (known !== undefined) return known[server]!;
    const connections = this.#servers.map(({ name }, index) =>
      connectTo({ name, address: this.#proxies[index]!.address }, replayedClient(client, CLIENTS_MAX)),
    );
    this.#connections.set(client, connections);
    return connections[server]!;
  }
}

const connectTo = (
  { name, address }: Pick<ServerProcess, "name" | "address">,
  client: ClientFacts | null,
): TcpConnection => new TcpConnection({ server: name, ...address }, replayingParty(name, client));
