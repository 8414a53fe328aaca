/**
 * Do a store and a client belong together? A store does not remember clients, so they remember for it, in write-once
 * keys: which server it is (drawn by the first), its table, how many clients there are, who has which number, and which
 * servers it works with. Each fact is put once and compared ever after, so of two clients that do not go together the
 * second is turned away, as by a server (network/handshake.ts).
 */
import { randomBytes } from "node:crypto";
import { type Hello, IDENTITY_BYTES } from "../encoding/handshake-messages.js";
import type { ServerPins } from "../encoding/pins.js";
import type { TableIdentity } from "../encoding/table-identity.js";
import { refusalOf } from "../network/handshake.js";
import type { StoreKeys } from "./store-keys.js";
import type { WriteOnceStore } from "./write-once-store.js";

const INCARNATION = "incarnation";
const TABLE = "table";
const CLIENTS = "clients";
const CLIENT = "client";
const PEER = "with";

interface Place {
  readonly store: WriteOnceStore;
  readonly keys: StoreKeys;
  /** Facts that were put or read before, by key: they stay, as long as the store is the same. */
  readonly agreed: Map<string, string>;
}

/** Which memory this is. Null for one who only reads, where no client has been before. Rejects with StoreError. */
export const greet = ({ store, keys }: Place, isReader: boolean): Promise<string | null> =>
  isReader
    ? store.read(keys.fact(INCARNATION))
    : store.putIfAbsent(keys.fact(INCARNATION), randomBytes(IDENTITY_BYTES).toString("hex"));

/** Null, or why the client must stop. Rejects with StoreError. */
export async function introduceTo(
  { store, keys, agreed }: Place,
  incarnation: string,
  said: Omit<Hello, "nonce">,
): Promise<string | null> {
  const { server, table, client, known } = said;
  // One who only reads leaves nothing, and has nothing to compare that was not put.
  const compare = async (key: string, fact: string): Promise<string> => {
    const before = agreed.get(key);
    if (before !== undefined) return before;
    const found = client === null ? await store.read(key) : await store.putIfAbsent(key, fact);
    if (found !== null) agreed.set(key, found);
    return found ?? fact;
  };
  const hello = { ...said, nonce: "" };
  let pins: ServerPins = {
    ...{ server, incarnation, servers: [] },
    table: JSON.parse(await compare(keys.fact(TABLE), JSON.stringify(table))) as TableIdentity,
    ...{ clientCount: null, clients: new Map(), peers: new Map() },
  };
  // Whoever is of another table leaves nothing else behind.
  const refusal = refusalOf({ ...hello, client: null, known: [] }, pins);
  if (refusal !== null) return refusal;
  if (client !== null) {
    const { index, count, identity } = client;
    const clientCount = Number(await compare(keys.fact(CLIENTS), `${count}`));
    if (clientCount !== count) return refusalOf(hello, { ...pins, clientCount });
    const known = await compare(keys.fact(CLIENT, `${index}`), identity);
    pins = { ...pins, clientCount, clients: new Map([[index, known]]) };
  }
  const others = known.filter((other) => other.server !== server);
  const peers = await Promise.all(
    others.map(async (other) => {
      return [other.server, await compare(keys.fact(PEER, other.server), other.incarnation)] as const;
    }),
  );
  return refusalOf(hello, { ...pins, peers: new Map(peers) });
}
