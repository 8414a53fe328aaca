/**
 * A cluster of real processes for kill.test.ts: real logs, real TCP, `kill -9`. Servers run what is built; proposers
 * run in this process.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { isBuilt } from "../../../build-stamp.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import type { RowReply } from "../../core/protocol.js";
import type { ClientPins } from "../../encoding/pins.js";
import { identityOfTable } from "../../encoding/table-identity.js";
import { propose } from "../../proposer/proposer.js";
import { FileClaims } from "../../storage/claims.js";
import { MemoryPins } from "../../storage/pin-store.js";
import { createServerDirectory } from "../../storage/server-directory.js";
import { freePort } from "../free-port.js";
import { Membership } from "../membership.js";
import { TcpConnection } from "../tcp-client.js";
import type { Party } from "../tcp-session.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A stale dist must not stand in for the sources as they are. */
export function refuseStaleBuild(): void {
  if (!isBuilt(root)) throw new Error('dist is not of these sources: run "npm run build"');
}

/** Servers of the implementation as it is built, and a scratch directory for them. */
export class BuiltServers {
  readonly directory: string;
  readonly #started: ServerProcess[] = [];

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async open(): Promise<BuiltServers> {
    refuseStaleBuild();
    return new BuiltServers(await mkdtemp(path.join(tmpdir(), "quorate-kill-")));
  }

  /** Ends whatever a test that failed has left running. */
  async remove(): Promise<void> {
    await Promise.all(this.#started.map((server) => server.kill()));
    await rm(this.directory, { recursive: true });
  }

  /** All servers of the table, each in a process and a directory of its own below the scratch directory. */
  async startCluster(name: string, table: QuorumTable, clientCount: number): Promise<ProcessCluster> {
    const home = path.join(this.directory, name);
    for (const server of table.servers) {
      const { servers } = table;
      await createServerDirectory(path.join(home, server), { server, servers, table: identityOfTable(table) });
    }
    for (let index = 0; index < clientCount; index++) {
      await FileClaims.create(path.join(home, `client-${index}`), { index, count: clientCount });
    }
    const servers = await Promise.all(table.servers.map((server) => this.startServer(home, server)));
    return new ProcessCluster(this, home, table, servers, clientCount);
  }

  /** Of a server that has a log. Rejects with what the process says on stderr if it ends before it is ready. */
  async startServer(home: string, name: string, port?: number): Promise<ServerProcess> {
    const program = fileURLToPath(new URL("./server-process.mjs", import.meta.url));
    const listenAt = `${port ?? (await freePort())}`;
    const child = spawn(process.execPath, [program, name, path.join(home, name), listenAt]);
    let complaint = "";
    child.stderr.on("data", (text) => {
      complaint += text;
    });
    const ready = once(createInterface({ input: child.stdout }), "line");
    const ended = once(child, "close").then(() => Promise.reject(new Error(`server ${name} ended: ${complaint}`)));
    ended.catch(() => {});
    const [line] = (await Promise.race([ready, ended])) as [string];
    const [listening, records] = line.split(" ").map(Number);
    const server = new ServerProcess(name, listening!, records!, child);
    this.#started.push(server);
    return server;
  }
}

/** One restart of a server that was killed: its row before and after, and how many records its log gave back. */
export interface Restart {
  readonly before: RowReply;
  readonly after: RowReply;
  readonly recoveredRecords: number;
}

export class ProcessCluster {
  readonly #built: BuiltServers;
  readonly #home: string;
  readonly #table: QuorumTable;
  readonly #servers: ServerProcess[];
  readonly #clientCount: number;
  /** What every proposal that has ended came out with. */
  readonly outputs = new Set<Value>();
  #isOver = false;
  #proposing: Promise<unknown> = Promise.resolve();

  constructor(built: BuiltServers, home: string, table: QuorumTable, servers: ServerProcess[], clientCount: number) {
    this.#built = built;
    this.#home = home;
    this.#table = table;
    this.#servers = servers;
    this.#clientCount = clientCount;
  }

  /** All clients propose one value after another, until `stop`. */
  startProposing(): void {
    const clients = Array.from({ length: this.#clientCount }, async (_, client) => {
      for (let count = 0; !this.#isOver; count++) {
        this.outputs.add(await this.#proposeOnce(client, `value ${count} of client ${client}`));
      }
    });
    this.#proposing = Promise.all(clients);
  }

  /** Kills the server right after it told its row, and starts it again from its log. */
  async killAndRestart(server: number): Promise<Restart> {
    const victim = this.#servers[server]!;
    const before = await victim.row(this.#table);
    await victim.kill();
    const restarted = await this.#built.startServer(this.#home, victim.name, victim.port);
    this.#servers[server] = restarted;
    return { before, after: await restarted.row(this.#table), recoveredRecords: restarted.recoveredRecords };
  }

  /** Waits for the proposals under way, and ends the servers. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#proposing;
    await Promise.all(this.#servers.map((server) => server.kill()));
  }

  async #connect(claims: FileClaims): Promise<TcpConnection[]> {
    const membership = new Membership(await claims.pins(), this.#table.servers);
    const party = { table: identityOfTable(this.#table), client: claims.client, membership };
    return this.#servers.map((server) => server.connect(party));
  }

  /** By a proposer that remembers nothing but its claims, as a new process would. */
  async #proposeOnce(client: number, value: Value): Promise<Value> {
    const identity = { index: client, count: this.#clientCount };
    const claims = await FileClaims.open(path.join(this.#home, `client-${client}`), identity);
    const connections = await this.#connect(claims);
    try {
      return await propose(value, {
        table: this.#table,
        clientIndex: client,
        clientCount: this.#clientCount,
        connections,
        claims,
        timeout_ms: 20_000,
      });
    } finally {
      for (const connection of connections) connection.close();
    }
  }
}

export class ServerProcess {
  readonly name: string;
  readonly port: number;
  readonly recoveredRecords: number;
  readonly #child: ChildProcess;

  constructor(name: string, port: number, recoveredRecords: number, child: ChildProcess) {
    this.name = name;
    this.port = port;
    this.recoveredRecords = recoveredRecords;
    this.#child = child;
  }

  connect(party: Party): TcpConnection {
    return new TcpConnection({ server: this.name, host: "127.0.0.1", port: this.port }, party);
  }

  /** As one sees it who only reads. */
  async row(table: QuorumTable): Promise<RowReply> {
    const membership = new Membership(new MemoryPins<ClientPins>(new Map()), [this.name]);
    const connection = this.connect({ table: identityOfTable(table), client: null, membership });
    try {
      return (await connection.request({ kind: "read" }, { timeout_ms: 10_000 })) as RowReply;
    } finally {
      connection.close();
    }
  }

  /** With SIGKILL: nothing is flushed, nothing is said. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }
}
