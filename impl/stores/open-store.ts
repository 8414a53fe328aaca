/** From a URL to the store: each kind is loaded when it is asked for. */
import { parseStoreUrl, type StoreAddress, type StoreScheme } from "./store-url.js";
import type { ExaminedStore } from "./write-once-store.js";

/** A store, and what stands before each of its keys. */
export interface OpenedStore {
  readonly store: ExaminedStore;
  readonly prefix: string;
}

const openEtcd = async (address: StoreAddress) => (await import("./etcd-store.js")).openEtcd(address);
const openPostgres = async (address: StoreAddress) => (await import("./postgres-store.js")).openPostgres(address);
const openRedis = async (address: StoreAddress) => (await import("./redis-store.js")).openRedis(address);
const openS3 = async (address: StoreAddress) => (await import("./s3-store.js")).openS3(address);

const KINDS: Readonly<Record<StoreScheme, (address: StoreAddress) => Promise<ExaminedStore>>> = {
  "redis:": openRedis,
  "rediss:": openRedis,
  "postgres:": openPostgres,
  "postgresql:": openPostgres,
  "etcd+http:": openEtcd,
  "etcd+https:": openEtcd,
  "s3+http:": openS3,
  "s3+https:": openS3,
  "nats:": async (address) => (await import("./nats-store.js")).openNats(address),
  "file:": async (address) => (await import("./file-store.js")).openFiles(address),
};

/**
 * Nothing is asked of it yet. Rejects with StoreUrlError, with MissingLibraryError, and with StoreError where a secret
 * is missing.
 */
export async function openStore(url: string): Promise<OpenedStore> {
  const address = parseStoreUrl(url);
  return { store: await KINDS[address.scheme](address), prefix: address.prefix };
}
