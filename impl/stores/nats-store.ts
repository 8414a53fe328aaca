/** NATS: a bucket of JetStream's key-value store, in which a key is created once. */
import { loadLibrary } from "./load-library.js";
import { expectNatsGreeting } from "./nats-greeting.js";
import { Sessions } from "./sessions.js";
import type { StoreAddress } from "./store-url.js";
import { type ExaminedStore, foundAfterRefusal, type Setting } from "./write-once-store.js";

const CONNECT_MS = 5_000;
const ANSWER_MS = 10_000;
const BUCKET = "quorate";

/** JetStream's number for a create that came second. */
const TAKEN = 10_071;

/** What is left out here is not read; times are in nanoseconds, as the server tells them. */
interface StreamConfig {
  readonly storage: string;
  readonly num_replicas: number;
  readonly max_age: number;
  readonly max_bytes: number;
  readonly max_msgs: number;
  readonly discard: string;
}

export async function openNats({ url, name }: StoreAddress): Promise<ExaminedStore> {
  const [{ connect }, { Kvm }] = await loadLibrary(
    { kind: "a nats:// store", packages: ["@nats-io/transport-node", "@nats-io/kv"] },
    () => Promise.all([import("@nats-io/transport-node"), import("@nats-io/kv")]),
  );
  const bucket = decodeURIComponent(url.pathname.slice(1)) || BUCKET;
  const user = url.username === "" ? {} : { user: decodeURIComponent(url.username) };
  const pass = url.password === "" ? {} : { pass: decodeURIComponent(url.password) };
  const sessions = new Sessions({
    name,
    open: async () => {
      await expectNatsGreeting(url, CONNECT_MS);
      const connection = await connect({ servers: url.host, ...user, ...pass, reconnect: false, timeout: CONNECT_MS });
      try {
        // Made on disk and without a time to live by whoever comes first; one that is there stays as it is.
        return { connection, kv: await new Kvm(connection).create(bucket, { history: 1, timeout: ANSWER_MS }) };
      } catch (error) {
        void connection.close();
        throw error;
      }
    },
    close: ({ connection }) => void connection.close().catch(() => {}),
    isAnswer: (error) => error.name === "JetStreamApiError",
  });
  const read = (key: string): Promise<string | null> =>
    sessions.use(async ({ kv }) => {
      const entry = await kv.get(key);
      return entry === null || entry.operation !== "PUT" ? null : entry.string();
    });
  const config = (): Promise<StreamConfig> =>
    sessions.use(async ({ kv }) => (await kv.status()).streamInfo.config as unknown as StreamConfig);

  return {
    name,
    async putIfAbsent(key, text) {
      const isPut = await sessions.use(({ kv }) => kv.create(key, text).then(() => true, isTaken));
      if (isPut) return text;
      return foundAfterRefusal(await read(key), name, key);
    },
    read,
    remove: (key) => sessions.use(({ kv }) => kv.delete(key)),
    againstRemoval: "whoever may publish there may delete: let nobody but Quorate publish to this bucket",
    durability: async () => storage(await config()),
    retention: async () => [expiry(await config()), room(await config())],
    close: () => sessions.close(),
  };
}

/** False where somebody came first; any other error as it is. */
function isTaken(error: Error & { readonly code?: unknown }): false {
  if (error.code === TAKEN) return false;
  throw error;
}

function storage({ storage, num_replicas }: StreamConfig): Setting[] {
  const kept: Setting =
    storage === "file"
      ? { setting: "storage file", means: "told", because: "what was put is in a file" }
      : { setting: `storage ${storage}`, means: "broken", because: "what was put is gone when the server stops" };
  const because =
    "files are synced every two minutes unless the server's sync_interval is always, and it does not tell";
  return [kept, { setting: `num_replicas ${num_replicas}`, means: "unknown", because }];
}

const expiry = ({ max_age }: StreamConfig): Setting =>
  max_age === 0
    ? { setting: "max_age 0", means: "told", because: "what was put has no time to live" }
    : {
        setting: `max_age ${max_age / 1e9} s`,
        means: "broken",
        because: "what was put expires; make a bucket without",
      };

function room({ max_bytes, max_msgs, discard }: StreamConfig): Setting {
  const setting = `max_bytes ${max_bytes}, max_msgs ${max_msgs}, discard ${discard}`;
  const isBounded = max_bytes > 0 || max_msgs > 0;
  return isBounded && discard === "old"
    ? { setting, means: "broken", because: "the oldest keys are dropped for new ones; set discard new" }
    : { setting, means: "told", because: "no key is dropped for another" };
}
