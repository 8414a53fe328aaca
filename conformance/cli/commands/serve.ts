/** `quorate serve SERVER`: one server of a table, over TCP, its registers on disk. */
import path from "node:path";
import { FREEZES_AHEAD_MAX } from "../../../impl/core/ownership.js";
import type { Reply, Request } from "../../../impl/core/protocol.js";
import { LogError } from "../../../impl/encoding/log-identity.js";
import { PinsError, type ServerPins, shortly } from "../../../impl/encoding/pins.js";
import { identityOfTable, type TableIdentity } from "../../../impl/encoding/table-identity.js";
import type { Door } from "../../../impl/network/doorkeeper.js";
import { Permissions, QUOTAS } from "../../../impl/network/permissions.js";
import { serveTcp } from "../../../impl/network/tcp-server.js";
import { PlaceError } from "../../../impl/storage/directories.js";
import { DirectoryLockedError } from "../../../impl/storage/directory-lock.js";
import { FileDisk } from "../../../impl/storage/file-disk.js";
import type { PinStore } from "../../../impl/storage/pin-store.js";
import { createServerDirectory, openServerPins } from "../../../impl/storage/server-directory.js";
import { ServerHost } from "../../../impl/storage/server-host.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { isArbiter } from "../../../spec/roles.js";
import {
  type Address,
  defaultAddress,
  formatAddress,
  isLoopback,
  parseAddress,
  serverIndex,
  tableFor,
} from "../../options/cluster-options.js";
import { openEvents } from "../../options/event-log.js";
import { readSecrets, type SecretOptions, type Secrets } from "../../options/secrets.js";
import { CommandError, usageError } from "../../shell/command-error.js";
import { EXIT } from "../../shell/exit-codes.js";
import { explainSystemError, systemErrorSentence } from "../../shell/system-error.js";
import { answerEvent, type EventWriter, startEvents } from "../../validate/event-writer.js";

/** As commander hands the options over. */
export interface ServeOptions extends SecretOptions {
  readonly table?: string;
  readonly listen?: string;
  readonly data?: string;
  readonly new?: boolean;
  readonly clients?: number;
  readonly insecure?: boolean;
  readonly events?: string;
  /** In megabytes. */
  readonly quota: number;
}

/** What the command line says of the server. */
interface Served {
  readonly server: string;
  readonly servers: readonly string[];
  readonly table: TableIdentity;
  readonly directory: string;
  readonly address: Address;
  readonly clientCount: number | null;
  readonly secrets: Secrets;
  readonly permissions: Permissions;
  /** Where to write what it does; null for nowhere. */
  readonly events: string | null;
}

const MEGABYTE = 1024 * 1024;

/** How long a server rests before it marks the last batch of its log: then a loss of that batch is noticed too. */
const SETTLE_AFTER_MS = 50;

/** A log this long is read back in a moment. */
const COMPACT_FROM_BYTES = 8 * 1024 * 1024;

/** Resolves when the server was asked to stop. Throws CommandError. */
export async function serve(server: string, options: ServeOptions): Promise<void> {
  const table = tableFor(options.table);
  const index = serverIndex(table, server);
  const address = options.listen === undefined ? defaultAddress(index) : parseAddress(options.listen);
  // Absolute, so that messages say where the data is, wherever the server was started.
  const directory = path.resolve(options.data ?? path.join(".quorate", server));
  const secrets = await readSecrets(options);
  refuseStrangers(server, address, secrets, options.insecure ?? false);
  const served: Served = {
    server,
    servers: table.servers,
    table: identityOfTable(table),
    directory,
    address,
    clientCount: options.clients ?? null,
    secrets,
    events: options.events ?? null,
    permissions: new Permissions(server, table, { ...QUOTAS, registers_bytes: options.quota * MEGABYTE }),
  };
  if (options.new === true) await createLog(served);
  const disk = await openDisk(server, directory);
  try {
    await serveFrom(disk, served, table);
  } finally {
    // A second closing, after that of the host, does nothing.
    await disk.close();
  }
}

async function serveFrom(disk: FileDisk, served: Served, table: QuorumTable): Promise<void> {
  const { server, address } = served;
  const events = openEvents(served.events, server);
  const host = await openHost(disk, table, served, events);
  for (const event of events === null ? [] : startEvents(host.history())) events!.write(event);
  const door = await openDoor(host, served);
  const tcp = await serveTcp(host, door, address).catch((cause: Error) => {
    throw new CommandError(EXIT.unavailable, `cannot listen on ${formatAddress(address)}: ${cause.message}`, { cause });
  });
  const { records, torn_bytes } = host.recovery;
  if (torn_bytes > 0) {
    process.stderr.write(
      `quorate: a crash tore the last ${torn_bytes} bytes of ${disk.name}, which were promised to no client\n`,
    );
  }
  const recovered = `recovered ${records} ${records === 1 ? "record" : "records"}`;
  process.stdout.write(`${server} serves registers on ${formatAddress(tcp.address)}, log ${disk.name}, ${recovered}\n`);
  const failure = await Promise.race([host.failed, stopSignal()]);
  await tcp.close();
  await host.close();
  events?.close();
  if (failure === null) return;
  const sentence = systemErrorSentence(failure) ?? failure.message;
  throw new CommandError(EXIT.unavailable, `${server} stopped, for it cannot write ${disk.name}: ${sentence}`);
}

/** What the server holds its clients to. */
async function openDoor(host: ServerHost, served: Served): Promise<Door> {
  const { permissions, secrets } = served;
  const pins = await openPins(host, served);
  host.follow((record) => permissions.follow(record, pins.pins.clientCount));
  const { token, tls } = secrets;
  if (tls === null) return { pins, permissions, token };
  const { tlsListener } = await import("../../../impl/network/tls.js");
  return { pins, permissions, token, listener: tlsListener(tls) };
}

/** Who listens for others must know whom to let in. */
function refuseStrangers(server: string, address: Address, { token, tls }: Secrets, isInsecure: boolean): void {
  if (token !== null || tls !== null || isInsecure || isLoopback(address.host)) return;
  throw usageError(
    `${server} would let in anybody who reaches ${formatAddress(address)}; give it --token-file, or --tls-key, --tls-cert and --tls-ca, or --insecure where nobody else can reach it`,
  );
}

/** A server that has ever promised something must not come back empty unasked, so a log is made only on demand. */
async function createLog(served: Served): Promise<void> {
  const { server, directory } = served;
  try {
    await createServerDirectory(directory, served);
  } catch (cause) {
    if (!(cause instanceof PlaceError)) throw unusable(directory, cause);
    throw usageError(`${server} has a log in ${directory} already; leave out --new to start it from there`);
  }
}

async function openDisk(server: string, directory: string): Promise<FileDisk> {
  try {
    return await FileDisk.open(directory);
  } catch (cause) {
    if (!(cause instanceof PlaceError)) throw unusable(directory, cause);
    const message = `${server} has no log in ${directory}; if it never ran, start it with --new, and if it did, name its directory with --data`;
    throw new CommandError(EXIT.unreadable, message, { cause });
  }
}

function unusable(directory: string, cause: unknown): unknown {
  if (cause instanceof DirectoryLockedError) return new CommandError(EXIT.unavailable, cause.message, { cause });
  return explainSystemError(`cannot use ${directory}`, cause);
}

async function openHost(
  disk: FileDisk,
  table: QuorumTable,
  { server }: Served,
  events: EventWriter | null,
): Promise<ServerHost> {
  // A client that moves to another range of sets begins with the first of them.
  const inUse = Math.max(...table.ranges.map(({ first }) => first));
  try {
    return await ServerHost.open(server, disk, {
      settleAfter_ms: SETTLE_AFTER_MS,
      compactFrom_bytes: COMPACT_FROM_BYTES,
      isArbiter: isArbiter(table, table.servers.indexOf(server)),
      freezeBound: { inUse, ahead: FREEZES_AHEAD_MAX },
      ...(events !== null && { onAnswer: toEvents(events) }),
    });
  } catch (cause) {
    if (cause instanceof LogError) throw new CommandError(EXIT.unreadable, cause.message, { cause });
    throw explainSystemError(`cannot use ${disk.name}`, cause);
  }
}

const toEvents =
  (events: EventWriter) =>
  (request: Request, reply: Reply, began_ms: number): void => {
    const event = answerEvent(request, reply);
    if (event !== null) events.write(event, began_ms);
  };

/** Throws CommandError where the directory was made for something else than the command line says. */
async function openPins(host: ServerHost, served: Served): Promise<PinStore<ServerPins>> {
  const { server, directory, table, clientCount } = served;
  const store = await openServerPins(directory, host).catch((cause) => {
    if (cause instanceof PlaceError) {
      const why = `${cause.message}, which was made with the log beside it; put it back, for without it a mix-up would go unnoticed`;
      throw new CommandError(EXIT.unreadable, why, { cause });
    }
    if (cause instanceof PinsError) throw new CommandError(EXIT.unreadable, cause.message, { cause });
    throw explainSystemError(`cannot use ${directory}`, cause);
  });
  const { pins } = store;
  if (pins.table.hash !== table.hash) {
    throw new CommandError(
      EXIT.unreadable,
      `${server} in ${directory} serves table ${pins.table.name} (${shortly(pins.table.hash)}), and ${table.name} (${shortly(table.hash)}) differs from it in meaning; give it its own with --table, or another directory with --data`,
    );
  }
  if (clientCount !== null && (pins.clientCount ?? clientCount) !== clientCount) {
    throw new CommandError(
      EXIT.unreadable,
      `${server} in ${directory} knows ${pins.clientCount} clients, not ${clientCount}; leave out --clients, for their number can never change`,
    );
  }
  if (clientCount !== null && pins.clientCount === null) store.replace({ ...pins, clientCount });
  return store;
}

/** Resolves when the process is asked to stop. */
const stopSignal = (): Promise<null> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(null));
  });
