/**
 * What a store is worth as a register server: is put-if-absent real, is it durable before the answer, and does what was
 * put stay?
 */
import { randomBytes } from "node:crypto";
import { openStore } from "../../impl/stores/open-store.js";
import { type ExaminedStore, type Setting, StoreError } from "../../impl/stores/write-once-store.js";
import { type RaceResult, race } from "./race.js";

export interface ProbeOptions {
  readonly url: string;
  /** How many clients race for each key. */
  readonly clients: number;
  readonly keys: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

/** What came of removing a key. */
export type Removal = "refused" | "stays removed" | "taken again";

export interface Probed {
  /** The store's address, without secrets. */
  readonly store: string;
  readonly clients: number;
  readonly keys: number;
  readonly seed: number;
  readonly raced: RaceResult;
  readonly durability: readonly Setting[];
  readonly retention: readonly Setting[];
  readonly removal: Removal;
  /** How to take the right to remove away. */
  readonly againstRemoval: string;
  /** Where keys of the probe are left, since they could not be removed; null if there are none. */
  readonly leftBehind: string | null;
  readonly isInterrupted: boolean;
}

/**
 * Rejects with StoreUrlError, MissingLibraryError, and with StoreError where the store does not answer or cannot do
 * what it has to. Keys are new ones, and removed in the end.
 */
export async function probe(options: ProbeOptions): Promise<Probed> {
  const { url, clients: clientCount, keys: keyCount, seed, signal } = options;
  const opened = await Promise.all(Array.from({ length: clientCount }, () => openStore(url)));
  const clients = opened.map(({ store }) => store);
  const [{ store, prefix }] = opened as [(typeof opened)[0]];
  const folder = `${prefix}/probe-${randomBytes(8).toString("hex")}`;
  const keys = Array.from({ length: keyCount }, (_, key) => `${folder}/key-${key}`);
  try {
    // Before anything is raced for, everybody is there; the first may have to make a table or a bucket.
    for (const client of clients) await client.read(`${folder}/nothing`);
    const raced = await race({ ...options, clients, keys });
    const kept = `${folder}/kept`;
    await store.putIfAbsent(kept, "kept");
    const [durability, retention] = [await store.durability(), await store.retention(kept)];
    const removal = await tryToRemove(store, kept);
    const used = [kept, ...keys.slice(0, raced.keysRaced + 1)];
    const isClean = removal !== "refused" && (await removeAll(store, used));
    return {
      ...{ store: store.name, clients: clientCount, keys: keyCount, seed, raced, durability, retention, removal },
      ...{ againstRemoval: store.againstRemoval, leftBehind: isClean ? null : folder, isInterrupted: signal.aborted },
    };
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

async function tryToRemove(store: ExaminedStore, key: string): Promise<Removal> {
  try {
    await store.remove(key);
  } catch (error) {
    if (error instanceof StoreError) return "refused";
    throw error;
  }
  return (await store.putIfAbsent(key, "another")) === "another" ? "taken again" : "stays removed";
}

/** One by one: some servers stumble over many at once. Whether all are gone. */
async function removeAll(store: ExaminedStore, keys: readonly string[]): Promise<boolean> {
  try {
    for (const key of keys) if ((await store.read(key)) !== null) await store.remove(key);
    return true;
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw error;
  }
}
