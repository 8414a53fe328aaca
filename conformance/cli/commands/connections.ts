/** Connections of `propose` and `read` to the servers of a table: Quorate's own, or stores of somebody else's. */
import type { Connection } from "../../../impl/network/connection.js";
import { TcpConnection } from "../../../impl/network/tcp-client.js";
import type { Party } from "../../../impl/network/tcp-session.js";
import type { OpenedStore } from "../../../impl/stores/open-store.js";
import { parseStoreUrl } from "../../../impl/stores/store-url.js";
import type { Variant } from "../../../model/registers/variant.js";
import { isElected, isGated, type QuorumTable } from "../../../spec/quorum-table.js";
import type { Whereabouts } from "../../options/cluster-options.js";
import type { SecretOptions } from "../../options/secrets.js";
import { usageError } from "../../shell/command-error.js";
import { explainStoreError } from "../../shell/store-errors.js";

export interface StoreOptions extends SecretOptions {
  /** What the person at the shell takes the servers for; left out, it follows from where they are. */
  readonly freeze?: Variant["freezes"];
}

/** Where a server is, and if that is a store, opened. Nothing is asked of anybody yet. */
export type Reachable = Exclude<Whereabouts, { readonly store: string }> | OpenedStore;

/**
 * In the order of the places. Rejects with CommandError, as where a library is missing: before anything is kept on
 * disk.
 */
export async function openPlaces(places: readonly Whereabouts[]): Promise<Reachable[]> {
  try {
    return await Promise.all(
      places.map(async (place) => {
        if (!("store" in place)) return place;
        const { openStore } = await import("../../../impl/stores/open-store.js");
        return openStore(place.store);
      }),
    );
  } catch (error) {
    throw explainStoreError(error);
  }
}

/** One for each server, in the order of the table. */
export const connectionsTo = (
  { servers }: QuorumTable,
  reachable: readonly Reachable[],
  party: Party,
): Promise<Connection[]> =>
  Promise.all(
    reachable.map(async (place, index) => {
      const server = servers[index]!;
      if (!("store" in place)) return new TcpConnection({ server, ...place }, party);
      const { StoreConnection } = await import("../../../impl/stores/store-connection.js");
      return new StoreConnection(server, place, party);
    }),
  );

/** Throws CommandError for what does not go with stores, or without them. Warns where two servers are lost together. */
export function checkStores(table: QuorumTable, places: readonly Whereabouts[], options: StoreOptions): void {
  const { freeze } = options;
  const isStore = places.map((place) => "store" in place);
  const [aStore, another] = [isStore.indexOf(true), isStore.indexOf(false)].map((server) => table.servers[server]);
  if (freeze === "register" && another !== undefined) {
    throw usageError(
      `--freeze register is for stores, and ${another} is a server of Quorate's: name a store with --at`,
    );
  }
  if (aStore === undefined) return;
  if (freeze === "row")
    throw usageError(`${aStore} is a store, which freezes one register at a time: leave --freeze out`);
  checkTable(table);
  if (another === undefined) refuseSecrets(options);
  warnOfSharing(table, places);
}

/**
 * Drawn among thousands of millions, a client's first set has as many below it, and a store is asked about each. Throws
 * CommandError where that would be so.
 */
export function refuseDrawing({ ranges }: QuorumTable, places: readonly Whereabouts[]): void {
  const takesTurns = ranges.some(({ allocation }) => allocation.kind === "round-robin");
  if (!takesTurns || !places.some((place) => "store" in place)) return;
  throw usageError(
    "over stores, clients that take turns need small numbers: give each its own --client, and all the same --clients",
  );
}

/** As over any storage of single registers: `verify --freeze register` refuses them, too. */
function checkTable(table: QuorumTable): void {
  for (const { first } of table.ranges) {
    if (isElected(table, first)) throw usageError(`stores do not vote, and table ${table.name} elects who proposes`);
    if (isGated(table, first)) {
      throw usageError(`stores do not tell what is decided, and a range of table ${table.name} waits for that`);
    }
  }
}

function refuseSecrets({ tokenFile, tlsKey, tlsCert, tlsCa }: SecretOptions): void {
  if ([tokenFile, tlsKey, tlsCert, tlsCa].every((option) => option === undefined)) return;
  throw usageError(
    "--token-file and --tls-… are for servers of Quorate's, and there is none: stores have users and passwords in their URLs",
  );
}

function warnOfSharing({ servers }: QuorumTable, places: readonly Whereabouts[]): void {
  const sharing = new Map<string, string[]>();
  for (const [index, place] of places.entries()) {
    if (!("store" in place) || place.store.startsWith("file:")) continue;
    const { scheme, url } = parsed(place.store);
    const where = `${scheme}//${url.host}`;
    sharing.set(where, [...(sharing.get(where) ?? []), servers[index]!]);
  }
  for (const [where, together] of sharing) {
    if (together.length < 2) continue;
    process.stderr.write(`quorate: ${together.join(" and ")} are both ${where}: they fail, and forget, together\n`);
  }
}

function parsed(url: string) {
  try {
    return parseStoreUrl(url);
  } catch (error) {
    throw explainStoreError(error);
  }
}
