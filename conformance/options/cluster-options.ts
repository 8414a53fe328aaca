/** What `serve`, `propose` and `read` agree on without being told: the table, and where each of its servers listens. */
import path from "node:path";
import { isStoreUrl } from "../../impl/stores/store-url.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { loadTable } from "../../spec/table-file.js";
import { usageError } from "../shell/command-error.js";
import { bundledTablesDirectory } from "../shell/package-directory.js";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where a server of a table is: one of Quorate's own listens there, or it is a store of somebody else's. */
export type Whereabouts = Address | { readonly store: string };

const FIRST_PORT = 7100;

/** The file of the table that a command works with. */
export const tableFileFor = (file: string | undefined): string =>
  file ?? path.join(bundledTablesDirectory(), "three-majority.yaml");

/** The table that a command works with. Throws TableFileError. */
export const tableFor = (file: string | undefined): QuorumTable => loadTable(tableFileFor(file));

/** The i-th server of a table listens on port 7100 + i of this machine. */
export const defaultAddress = (server: number): Address => ({ host: "127.0.0.1", port: FIRST_PORT + server });

/** Reads `host:port`, `[::1]:port` too. Throws CommandError. */
export function parseAddress(text: string): Address {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) throw usageError(`"${text}" is not an address like 127.0.0.1:7100`);
  return { host, port: Number(port) };
}

export const formatAddress = ({ host, port }: Address): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

/** Whether only this machine reaches it. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);

/** The index of the server in the table. Throws CommandError. */
export function serverIndex(table: QuorumTable, server: string): number {
  const index = table.servers.indexOf(server);
  if (index >= 0) return index;
  if (table.observers?.includes(server)) {
    throw usageError(
      `${server} is in no quorum of table ${table.name}, so no client asks it, and there is nothing to serve`,
    );
  }
  throw usageError(`table ${table.name} has no server ${server}; its servers are ${table.servers.join(", ")}`);
}

/** Where every server of the table is, in its order. Throws CommandError. */
export function whereaboutsOf(table: QuorumTable, at: string | undefined): Whereabouts[] {
  if (at === undefined) return table.servers.map((_, server) => defaultAddress(server));
  const found = new Map<number, Whereabouts>();
  for (const entry of at.split(",")) {
    const equals = entry.indexOf("=");
    if (equals < 0) throw usageError(`--at: "${entry}" is not like S0=127.0.0.1:7100 or S0=redis://127.0.0.1:6379`);
    const place = entry.slice(equals + 1).trim();
    const server = serverIndex(table, entry.slice(0, equals).trim());
    found.set(server, isStoreUrl(place) ? { store: place } : parseAddress(place));
  }
  // A default for the rest could be a server of another cluster.
  const missing = table.servers.filter((_, server) => !found.has(server));
  if (missing.length > 0) throw usageError(`--at names no address for ${missing.join(", ")}`);
  return table.servers.map((_, server) => found.get(server)!);
}
