/** The implementation's servers that know their row: the real host, core and log, over a disk in memory. */
import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { ServerOptions } from "../../../impl/core/server.js";
import { MemoryDisk } from "../../../impl/simulation/memory-disk.js";
import { ServerHost } from "../../../impl/storage/server-host.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { lostIn } from "./lost-in.js";
import { durableRow, EMPTY_ROW, type Row, registerIn } from "./rows.js";
import type { ServerKind } from "./server-kind.js";

export interface RowServer {
  /** For sentences. */
  name: string;
  readonly host: ServerHost;
  readonly disk: MemoryDisk;
  /** What was last read from its disk, and after how many syncs. */
  read: { readonly row: Row; readonly syncs: number };
}

/**
 * Whose logs they are, whatever they are called: so servers of the same options are alike, and what one did is known of
 * all.
 */
const LOG_OWNER = "replayed";

/** @param optionsOf by the server's name */
export const rowServers = (
  optionsOf: (name: string) => ServerOptions,
): ServerKind<RowServer, Request, Reply, Uint8Array> => {
  const rows = new DurableRows();
  return {
    channel: "memory",
    nothing: new Uint8Array(),
    likeness: {
      of: (name) => JSON.stringify(optionsOf(name)),
      rename: (server, name) => {
        server.name = name;
      },
    },

    async open(name, remains) {
      const disk =
        remains.length === 0 ? MemoryDisk.withLogOf(LOG_OWNER, "its disk") : new MemoryDisk("its disk", remains);
      const host = await settled(ServerHost.open(LOG_OWNER, disk, optionsOf(name)), name);
      return { name, disk, host, read: { row: EMPTY_ROW, syncs: -1 } };
    },

    async request({ name, host, disk }, request) {
      const reply = await settled(host.handle(request), name);
      if (disk.isDurable) return reply;
      throw new ImplementationFault(`${name} replied "${reply.kind}" before its log was synced`);
    },

    remainsOf: ({ disk }) => disk.durable,

    async crash({ name, host, disk }, underWay, torn_bytes) {
      // What becomes of the request is for the crash to say; its promise rejects, since the server stops. The disk is
      // left to it: an error that the disk told the dead would be lost.
      host.handle(underWay).catch(() => {});
      host.stop();
      const remains = disk.remainsOfCrash(torn_bytes);
      if (!disk.isDurable) await expectDurableStart(name, disk.afterKill(torn_bytes % 2 === 0), optionsOf(name));
      return remains;
    },

    async crowd(server, requests) {
      const { name, host, disk } = server;
      const faults: string[] = [];
      const answered = requests.map(async (request) => {
        const reply = await host.handle(request);
        const lost = lostIn(reply, rows.of(server));
        if (lost === null) return;
        faults.push(
          `${name} replied "${reply.kind}" to ${phraseOf(request)}, one of several requests, before it was durable that ${lost}`,
        );
      });
      await settled(Promise.all(answered), name);
      if (faults.length > 0) throw new ImplementationFault(faults[0]);
      host.stop();
      return disk.remainsOfCrash();
    },

    registerAt: ({ host }, registerSet) => host.registerAt(registerSet),
    durableAt: (server, registerSet) => registerIn(rows.of(server), registerSet),
    writtenSets: (server) => [...rows.of(server).values.keys()],
    writtenBy: ({ disk }) => disk.length,
    keyOf: (request) => {
      const registerSet = "registerSet" in request ? ` ${request.registerSet}` : "";
      const vote = request.kind === "vote" ? ` ${request.candidate} ${request.promise}` : "";
      return `${request.kind}${registerSet}${vote}${"value" in request ? ` ${request.value}` : ""}`;
    },
    keyOfRemains: textOf,
  };
};

/** A process that starts where another was killed tells what it finds: a power cut must not take that away. */
async function expectDurableStart(name: string, disk: MemoryDisk, options: ServerOptions): Promise<void> {
  const host = await settled(ServerHost.open(LOG_OWNER, disk, options), name);
  const reply = await settled(host.handle({ kind: "read" }), name);
  const lost = lostIn(reply, durableRow(disk.durable, name, LOG_OWNER));
  if (lost === null) return;
  throw new ImplementationFault(`${name}, killed and started again, told its row before it was durable that ${lost}`);
}

/** Something that the same bytes give, and no others. */
const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

/**
 * What logs say. Reading one and checking it takes longer than all else, and most steps leave it as it was in another
 * run.
 */
class DurableRows {
  /** By what the log holds. */
  readonly #known = new Map<string, Row>();

  of(server: RowServer): Row {
    const { name, disk, read } = server;
    if (read.syncs !== disk.syncs) server.read = { row: this.#rowIn(disk.durable, name), syncs: disk.syncs };
    return server.read.row;
  }

  #rowIn(log: Uint8Array, server: string): Row {
    const text = textOf(log);
    const row = this.#known.get(text) ?? durableRow(log, server, LOG_OWNER);
    this.#known.set(text, row);
    return row;
  }
}

const phraseOf = (request: Request): string =>
  "registerSet" in request ? `"${request.kind}" for R${request.registerSet}` : `"${request.kind}"`;

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
