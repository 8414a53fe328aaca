import type { Reply, Request } from "../../../impl/core/protocol.js";
import { MemoryDisk } from "../../../impl/simulation/memory-disk.js";
import { type Claims, MemoryClaims } from "../../../impl/storage/claims.js";
import { ServerHost } from "../../../impl/storage/server-host.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import type { HeldReply, HeldRequest, MessageDriver } from "./message-driver.js";
import { durableRow, type Row, rowTold } from "./rows.js";

/** Of what was not synced, a crash leaves up to so many bytes behind: torn records must be recognised. */
const TORN_BYTES_MAX = 15;

/** One server: its disk, what runs on it, and the row last read from so many durable bytes. */
interface Server {
  readonly name: string;
  readonly disk: MemoryDisk;
  host: ServerHost;
  row: Row;
  rowLength: number;
}

/** The real hosts and logs over disks in memory. A message is delivered by handing it over: nothing is encoded on the way. */
export class MemoryDriver implements MessageDriver {
  readonly name = "memory";
  readonly #servers: readonly Server[];
  readonly #claims = new Map<number, MemoryClaims>();
  #crashes = 0;

  private constructor(servers: readonly Server[]) {
    this.#servers = servers;
  }

  static async start(names: readonly string[]): Promise<MemoryDriver> {
    const servers: Server[] = [];
    for (const name of names) {
      const disk = new MemoryDisk(`the disk of ${name}`);
      const host = await answered(ServerHost.open(name, disk), name);
      servers.push({ name, disk, host, row: { frozenBelow: 0, values: new Map() }, rowLength: disk.durableLength });
    }
    return new MemoryDriver(servers);
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
    const { name, host, disk } = this.#servers[server]!;
    const reply = await answered(host.handle(request), name);
    if (disk.durableLength < disk.length) {
      throw new ImplementationFault(`${name} replied "${reply.kind}" before its log was synced`);
    }
    return { client, server, reply };
  }

  async deliverReply({ reply }: HeldReply): Promise<Reply> {
    return reply;
  }

  crashClient(): void {}

  async crashServer(server: number, underWay: HeldRequest | null): Promise<void> {
    const { host, disk } = this.#servers[server]!;
    if (underWay !== null) {
      host.handle(underWay.request).catch(() => {});
      // As far as the log's own write, and no further: the record is in memory, and in part on the disk.
      await null;
      await null;
    }
    host.stop();
    disk.crash(this.#crashes++ % (TORN_BYTES_MAX + 1));
  }

  async restartServer(server: number): Promise<void> {
    const crashed = this.#servers[server]!;
    crashed.host = await answered(ServerHost.open(crashed.name, crashed.disk), crashed.name);
    crashed.rowLength = -1;
  }

  async durableRow(server: number): Promise<Row> {
    const { name, disk, row, rowLength } = this.#servers[server]!;
    // Reading a log and checking it takes longer than all else, and most steps leave it as it is.
    if (rowLength === disk.durableLength) return row;
    const log = (await disk.readAll()).subarray(0, disk.durableLength);
    return Object.assign(this.#servers[server]!, { row: durableRow(log, name), rowLength: log.length }).row;
  }

  async liveRow(server: number): Promise<Row> {
    const { name, host } = this.#servers[server]!;
    return rowTold(await answered(host.handle({ kind: "read" }), name), name);
  }

  async close(): Promise<void> {}
}

/**
 * The outcome, or ImplementationFault where there is none: all work in memory is done by promises, so whatever is not settled
 * when the event loop turns will never be.
 */
async function answered<T>(outcome: Promise<T>, server: string): Promise<T> {
  let turn: NodeJS.Immediate | undefined;
  const silence = new Promise<never>((_, reject) => {
    turn = setImmediate(() => reject(new ImplementationFault(`${server} does not answer`)));
  });
  try {
    return await Promise.race([outcome, silence]);
  } catch (error) {
    if (error instanceof ImplementationFault) throw error;
    const { message, cause } = error as Error;
    throw new ImplementationFault(`${server} failed: ${cause instanceof Error ? cause.message : message}`);
  } finally {
    clearImmediate(turn);
  }
}
