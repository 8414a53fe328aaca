/**
 * Servers in memory: the same hosts as in production, over disks in memory, with crashes and restarts at will.
 *
 * Requests arrive at once and replies come back when the host lets them; loss, delay, duplication and order are up to
 * the caller, who holds both ends. No timers and no randomness, so a run repeats exactly.
 */
import type { Register } from "../../spec/register.js";
import type { Reply, Request } from "../core/protocol.js";
import type { ServerOptions } from "../core/server.js";
import { type Connection, ConnectionError } from "../network/connection.js";
import { ServerHost } from "../storage/server-host.js";
import { MemoryDisk } from "./memory-disk.js";

export class MemoryNetwork {
  readonly servers: readonly string[];
  readonly #disks: readonly MemoryDisk[];
  readonly #options: ServerOptions;
  /** The running server at each index; null while it is down. */
  readonly #hosts: (ServerHost | null)[];

  private constructor(servers: readonly string[], disks: readonly MemoryDisk[], options: ServerOptions) {
    this.servers = servers;
    this.#disks = disks;
    this.#options = options;
    this.#hosts = servers.map(() => null);
  }

  /** Starts a server of each name, with an empty log. Servers go by their index from then on. */
  static async open(servers: readonly string[], options: ServerOptions = {}): Promise<MemoryNetwork> {
    const network = new MemoryNetwork(
      servers,
      servers.map((name) => MemoryDisk.withLogOf(name)),
      options,
    );
    for (let server = 0; server < servers.length; server++) await network.restart(server);
    return network;
  }

  isUp(server: number): boolean {
    return this.#hosts[server] !== null;
  }

  /** Rejects with ConnectionError while the server is down, and when it crashes before it may answer. */
  async request(server: number, request: Request): Promise<Reply> {
    const host = this.#up(server);
    try {
      return await host.handle(request);
    } catch (cause) {
      throw new ConnectionError(`${host.name}: connection lost`, { cause });
    }
  }

  /** What the register of a running server holds. Throws ConnectionError while it is down. */
  registerAt(server: number, registerSet: number): Register {
    return this.#up(server).registerAt(registerSet);
  }

  /** Whether all that the server has appended to its log would survive a crash now. */
  isDurable(server: number): boolean {
    return this.#disks[server]!.isDurable;
  }

  /** kill -9, or a power cut: of what is not durable, only the first `tornLength` bytes survive. Harmless when down. */
  crash(server: number, tornLength = 0): void {
    this.#hosts[server]?.stop();
    this.#hosts[server] = null;
    this.#disks[server]!.crash(tornLength);
  }

  /** Starts the server from its disk, as after a crash; a running one is crashed first. */
  async restart(server: number): Promise<void> {
    this.crash(server);
    this.#hosts[server] = await ServerHost.open(this.servers[server]!, this.#disks[server]!, this.#options);
  }

  /** The server as proposers see servers. */
  connection(server: number): Connection {
    return {
      server: this.servers[server]!,
      request: (request) => this.request(server, request),
      close: () => {},
    };
  }

  #up(server: number): ServerHost {
    const host = this.#hosts[server];
    if (host === undefined) throw new RangeError(`no server has index ${server}`);
    if (host === null) throw new ConnectionError(`${this.servers[server]}: connection refused`);
    return host;
  }
}
