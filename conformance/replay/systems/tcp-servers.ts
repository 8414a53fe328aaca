import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { ServerOptions } from "../../../impl/core/server.js";
import { TcpConnection } from "../../../impl/network/tcp-client.js";
import { serveTcp, type TcpServer } from "../../../impl/network/tcp-server.js";
import { FileDisk } from "../../../impl/storage/file-disk.js";
import { createServerDirectory, openServerPins } from "../../../impl/storage/server-directory.js";
import { ServerHost } from "../../../impl/storage/server-host.js";
import { faultOf, ImplementationFault } from "../lockstep/implementation-fault.js";
import { ObservedDisk } from "./observed-disk.js";
import { replayedClient, replayedServer, replayingParty } from "./replay-party.js";
import { StrayErrors } from "./stray-errors.js";
import { allStarted, TcpSystem } from "./tcp-system.js";

/** No reply within this long counts as none: servers here are idle and on this machine. */
const REPLY_TIMEOUT_MS = 5000;

/** Which one cannot be told: all of them run in this process. */
const A_SERVER_FAILED = "a server failed amid its work";

/** Replay speaks for all clients over one connection. */
const CLIENT = replayedClient(0, 1);

/** One server: what runs of it now. */
interface RunningServer {
  readonly name: string;
  readonly directory: string;
  host: ServerHost;
  disk: ObservedDisk;
  tcp: TcpServer;
  connection: TcpConnection;
}

/** Real servers on the loopback interface, with their logs in files of a directory that is removed at the end. */
export class TcpServers extends TcpSystem {
  readonly network = null;
  readonly #directory: string;
  readonly #servers: readonly RunningServer[];
  readonly #optionsOf: (name: string) => ServerOptions;
  readonly #stray: StrayErrors;

  private constructor(
    directory: string,
    servers: readonly RunningServer[],
    optionsOf: (name: string) => ServerOptions,
    stray: StrayErrors,
  ) {
    super(servers);
    this.#stray = stray;
    this.#directory = directory;
    this.#servers = servers;
    this.#optionsOf = optionsOf;
  }

  static async start(names: readonly string[], optionsOf: (name: string) => ServerOptions): Promise<TcpServers> {
    const directory = await mkdtemp(path.join(tmpdir(), "quorate-replay-"));
    const stray = StrayErrors.watch();
    const starting = names.map(async (name, index): Promise<RunningServer> => {
      // A name may be no file name; its index is.
      const home = path.join(directory, `${index}`);
      try {
        await createServerDirectory(home, replayedServer(name));
        return { name, directory: home, ...(await boot(name, home, optionsOf(name))) };
      } catch (error) {
        throw faultOf(`${name} does not start`, error);
      }
    });
    const { started, failed } = await allStarted(starting);
    const servers = new TcpServers(directory, started, optionsOf, stray);
    if (failed === null) return servers;
    await servers.close();
    throw failed.reason;
  }

  async request(server: number, request: Request): Promise<Reply> {
    const { name, connection, disk } = this.#servers[server]!;
    let reply: Reply;
    try {
      reply = await connection.request(request, { timeout_ms: REPLY_TIMEOUT_MS });
    } catch (error) {
      this.#stray.refuse(A_SERVER_FAILED);
      throw new ImplementationFault(`${name} does not answer: ${(error as Error).message}`);
    }
    this.#stray.refuse(A_SERVER_FAILED);
    if (!disk.isDurable) throw new ImplementationFault(`${name} replied "${reply.kind}" before its log was synced`);
    return reply;
  }

  async crash(server: number): Promise<void> {
    const running = this.#servers[server]!;
    await shutDown(running);
    try {
      Object.assign(running, await boot(running.name, running.directory, this.#optionsOf(running.name)));
    } catch (error) {
      throw faultOf(`${running.name} does not start again`, error);
    }
  }

  async close(): Promise<void> {
    try {
      await Promise.all(this.#servers.map(shutDown));
    } finally {
      await rm(this.#directory, { recursive: true, force: true });
      this.#stray.close();
    }
  }
}

async function boot(
  name: string,
  directory: string,
  options: ServerOptions,
): Promise<Pick<RunningServer, "host" | "disk" | "tcp" | "connection">> {
  const disk = new ObservedDisk(await FileDisk.open(directory));
  try {
    const host = await ServerHost.open(name, disk, options);
    const door = { pins: await openServerPins(directory, host) };
    const tcp = await serveTcp(host, door, { host: "127.0.0.1", port: 0 });
    const connection = new TcpConnection({ server: name, ...tcp.address }, replayingParty(name, CLIENT));
    return { host, disk, tcp, connection };
  } catch (error) {
    await disk.close();
    throw error;
  }
}

async function shutDown({ connection, tcp, host }: RunningServer): Promise<void> {
  connection.close();
  try {
    await tcp.close();
  } finally {
    await host.close();
  }
}
