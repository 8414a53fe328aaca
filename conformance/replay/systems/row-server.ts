/** The implementation's servers that know their row: the real host, core and log, over a disk in memory. */
import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { ServerOptions } from "../../../impl/core/server.js";
import { MemoryDisk } from "../../../impl/simulation/memory-disk.js";
import { ServerHost } from "../../../impl/storage/server-host.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { durableRow, EMPTY_ROW, type Row, registerIn } from "./rows.js";
import type { ServerKind } from "./server-kind.js";

export interface RowServer {
  readonly name: string;
  readonly host: ServerHost;
  readonly disk: MemoryDisk;
  /** What was last read from its disk, and after how many syncs. */
  read: { readonly row: Row; readonly syncs: number };
}

export const rowServers = (options: ServerOptions): ServerKind<RowServer, Request, Reply, Uint8Array> => ({
  nothing: new Uint8Array(),

  async open(name, remains) {
    const called = `the disk of ${name}`;
    const disk = remains.length === 0 ? MemoryDisk.withLogOf(name, called) : new MemoryDisk(called, remains);
    const host = await settled(ServerHost.open(name, disk, options), name);
    return { name, disk, host, read: { row: EMPTY_ROW, syncs: -1 } };
  },

  async request({ name, host, disk }, request) {
    const reply = await settled(host.handle(request), name);
    if (disk.isDurable) return reply;
    throw new ImplementationFault(`${name} replied "${reply.kind}" before its log was synced`);
  },

  remainsOf: ({ disk }) => disk.durable,

  crash({ host, disk }, underWay, torn_bytes) {
    // What becomes of the request is for the crash to say; its promise rejects, since the server stops.
    host.handle(underWay).catch(() => {});
    host.stop();
    disk.crash(torn_bytes);
    return disk.durable;
  },

  registerAt: ({ host }, registerSet) => host.registerAt(registerSet),
  durableAt: (server, registerSet) => registerIn(durableRowOf(server), registerSet),
  writtenSets: (server) => [...durableRowOf(server).values.keys()],
  writtenBy: ({ disk }) => disk.length,
  keyOf: (request) => {
    const registerSet = "registerSet" in request ? ` ${request.registerSet}` : "";
    return `${request.kind}${registerSet}${"value" in request ? ` ${request.value}` : ""}`;
  },
  keyOfRemains: (remains) => Buffer.from(remains).toString("latin1"),
});

/** Reading a log and checking it takes longer than all else, and most steps leave it as it is. */
function durableRowOf(server: RowServer): Row {
  const { name, disk, read } = server;
  if (read.syncs !== disk.syncs) {
    server.read = { row: durableRow(disk.durable, name), syncs: disk.syncs };
  }
  return server.read.row;
}

/** Turns of the microtask queue after which a server in memory counts as silent: a sync takes about ten. */
const SILENCE_TURNS = 1000;

/** Waits without timers, which would make the replay of millions of requests slow; rejects if nothing ever comes. */
async function settled<T>(promise: Promise<T>, server: string): Promise<T> {
  let outcome: { readonly value: T } | { readonly error: unknown } | null = null;
  promise.then(
    (value) => {
      outcome = { value };
    },
    (error: unknown) => {
      outcome = { error };
    },
  );
  for (let turn = 0; outcome === null && turn < SILENCE_TURNS; turn++) await null;
  const settledOutcome = outcome as { readonly value: T } | { readonly error: unknown } | null;
  if (settledOutcome === null) throw new ImplementationFault(`${server} does not answer`);
  if ("value" in settledOutcome) return settledOutcome.value;
  const { message, cause } = settledOutcome.error as Error;
  throw new ImplementationFault(`${server} failed: ${cause instanceof Error ? cause.message : message}`);
}
