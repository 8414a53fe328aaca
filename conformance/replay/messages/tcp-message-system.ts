import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Reply, Request } from "../../../impl/core/protocol.js";
import { TcpConnection } from "../../../impl/network/tcp-client.js";
import { faultOf, ImplementationFault } from "../lockstep/implementation-fault.js";
import { replayingParty } from "../systems/replay-party.js";
import { allStarted, TcpSystem } from "../systems/tcp-system.js";
import { ServerProcess } from "./server-process.js";
import { TcpNetwork } from "./tcp-network.js";

/** Servers here are idle and on this machine. */
const REPLY_TIMEOUT_MS = 5000;

/** Server processes with logs in files, and a network before them. */
export class TcpMessageSystem extends TcpSystem {
  readonly network: TcpNetwork;
  readonly #directory: string;
  readonly #servers: readonly ServerProcess[];
  /** By server: past the network, for whoever looks on. */
  readonly #observers: TcpConnection[];

  private constructor(directory: string, servers: readonly ServerProcess[], network: TcpNetwork) {
    super(servers);
    this.#directory = directory;
    this.#servers = servers;
    this.network = network;
    this.#observers = servers.map(observerOf);
  }

  static async start(names: readonly string[]): Promise<TcpMessageSystem> {
    const directory = await mkdtemp(path.join(tmpdir(), "quorate-messages-"));
    // A name may be no file name; its index is.
    const starting = names.map((name, index) =>
      ServerProcess.start(name, path.join(directory, `${index}`)).catch((error) => {
        throw faultOf(`${name} does not start`, error);
      }),
    );
    const { started: servers, failed } = await allStarted(starting);
    const system = new TcpMessageSystem(directory, servers, await TcpNetwork.before(servers, directory));
    if (failed === null) return system;
    await system.close();
    throw failed.reason;
  }

  async request(server: number, request: Request): Promise<Reply> {
    return this.#observers[server]!.request(request, { timeout_ms: REPLY_TIMEOUT_MS }).catch((error: Error) => {
      throw new ImplementationFault(`${this.#servers[server]!.name} does not answer: ${error.message}`);
    });
  }

  async crash(server: number): Promise<void> {
    const process = this.#servers[server]!;
    await process.kill();
    await process.restart().catch((error) => {
      throw faultOf(`${process.name} does not start again`, error);
    });
    this.#observers[server]!.close();
    this.#observers[server] = observerOf(process);
  }

  async close(): Promise<void> {
    for (const observer of this.#observers) observer.close();
    await this.network.close();
    await Promise.all(this.#servers.map((server) => server.kill()));
    await rm(this.#directory, { recursive: true, force: true });
  }
}

const observerOf = ({ name, address }: ServerProcess): TcpConnection =>
  new TcpConnection({ server: name, ...address }, replayingParty(name, null));
