/** `quorate serve SERVER`: one server of a table, over TCP, its registers on disk. */
import path from "node:path";
import { LogError } from "../../impl/encoding/log-format.js";
import { serveTcp } from "../../impl/network/tcp-server.js";
import { DirectoryLockedError } from "../../impl/storage/directory-lock.js";
import { FileDisk } from "../../impl/storage/file-disk.js";
import { ServerHost } from "../../impl/storage/server-host.js";
import { type Address, defaultAddress, formatAddress, parseAddress, serverIndex, tableFor } from "./cluster-options.js";
import { CommandError } from "./command-error.js";
import { EXIT } from "./exit-codes.js";

/** As commander hands the options over. */
export interface ServeOptions {
  readonly table?: string;
  readonly listen?: string;
  readonly data?: string;
}

/** Resolves when the server was asked to stop. Throws CommandError. */
export async function serve(server: string, options: ServeOptions): Promise<void> {
  const index = serverIndex(tableFor(options.table), server);
  const address = options.listen === undefined ? defaultAddress(index) : parseAddress(options.listen);
  const disk = await openDisk(options.data ?? path.join(".quorate", server));
  try {
    await serveFrom(disk, server, address);
  } finally {
    // A second closing, after that of the host, does nothing.
    await disk.close();
  }
}

async function serveFrom(disk: FileDisk, server: string, address: Address): Promise<void> {
  const host = await openHost(server, disk);
  const tcp = await serveTcp(host, address).catch((cause: Error) => {
    throw new CommandError(EXIT.unavailable, `cannot listen on ${formatAddress(address)}: ${cause.message}`, { cause });
  });
  const { records, cut_bytes } = host.recovery;
  if (cut_bytes > 0) process.stderr.write(`quorate: cut ${cut_bytes} torn bytes off the end of ${disk.name}\n`);
  const recovered = `recovered ${records} ${records === 1 ? "record" : "records"}`;
  process.stdout.write(`${server} serves registers on ${formatAddress(tcp.address)}, log ${disk.name}, ${recovered}\n`);
  const failure = await Promise.race([host.failed, stopSignal()]);
  await tcp.close();
  await host.close();
  if (failure !== null) throw new CommandError(EXIT.internal, `${server} stopped: its disk failed: ${failure.message}`);
}

async function openDisk(directory: string): Promise<FileDisk> {
  try {
    return await FileDisk.open(directory);
  } catch (cause) {
    if (cause instanceof DirectoryLockedError) throw new CommandError(EXIT.unavailable, cause.message, { cause });
    throw new CommandError(EXIT.unavailable, `cannot use ${directory}: ${(cause as Error).message}`, { cause });
  }
}

async function openHost(server: string, disk: FileDisk): Promise<ServerHost> {
  try {
    return await ServerHost.open(server, disk);
  } catch (cause) {
    if (cause instanceof LogError) throw new CommandError(EXIT.unreadable, cause.message, { cause });
    throw cause;
  }
}

/** Resolves when the process is asked to stop. */
const stopSignal = (): Promise<null> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(null));
  });
