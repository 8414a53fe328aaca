/** Redis and what speaks like it: `SET key text NX`. */
import { loadLibrary } from "./load-library.js";
import { Sessions } from "./sessions.js";
import type { StoreAddress } from "./store-url.js";
import { type ExaminedStore, foundAfterRefusal, type Setting } from "./write-once-store.js";

const CONNECT_MS = 5_000;

export async function openRedis({ url, name }: StoreAddress): Promise<ExaminedStore> {
  const { createClient } = await loadLibrary({ kind: "a redis:// store", packages: ["redis"] }, () => import("redis"));
  const open = async (givenUp: AbortSignal) => {
    const client = createClient({
      url: withoutOptions(url),
      disableOfflineQueue: true,
      socket: { reconnectStrategy: false, connectTimeout: CONNECT_MS },
    });
    // What waits for an answer is told; that is enough.
    client.on("error", () => {});
    // It waits for ever for a server that takes connections and says nothing.
    const end = () => void (client.isOpen && client.destroy());
    givenUp.addEventListener("abort", end, { once: true });
    return client.connect();
  };
  const sessions = new Sessions({
    name,
    open,
    close: () => {},
    // What the server answers in capitals is an answer: NOPERM, OOM, READONLY.
    isAnswer: ({ message }) => /^[A-Z]+ /.test(message),
    reasonOf: reasonInCluster,
  });
  const read = (key: string) => sessions.use((client) => client.get(key));
  const config = async (parameter: string): Promise<string | null> =>
    sessions.use(async (client) => (await client.configGet(parameter))[parameter] ?? null).catch(() => null);
  const info = (section: string) => sessions.use((client) => client.info(section)).catch(() => "");

  return {
    name,
    async putIfAbsent(key, text) {
      const answer = await sessions.use((client) => client.set(key, text, { condition: "NX" }));
      if (answer !== null) return text;
      return foundAfterRefusal(await read(key), name, key);
    },
    read,
    remove: (key) => sessions.use(async (client) => void (await client.del(key))),
    againstRemoval: "give Quorate a user of its own: ACL SETUSER quorate on >PASSWORD ~quorate/* +set +get",
    durability: async () => [
      ...(await durabilityOf(config)),
      ...replication(await info("replication"), await info("cluster")),
    ],
    retention: async (key) => [
      expiry(await sessions.use((client) => client.pTTL(key))),
      eviction(await config("maxmemory"), await config("maxmemory-policy")),
    ],
    close: () => sessions.close(),
  };
}

/** A node of a cluster has some of the keys, and sends whoever asks for another one away. */
const reasonInCluster = ({ message }: Error): string | null =>
  /^(MOVED|ASK|CLUSTERDOWN|TRYAGAIN) /.test(message)
    ? `it is a node of a Redis cluster, where each has some of the keys only: name a server that is in none (${message})`
    : null;

/** What is said to Quorate is none of Redis' business. */
function withoutOptions(url: URL): string {
  const bare = new URL(url);
  bare.search = "";
  return bare.href;
}

const UNTOLD: Setting = {
  setting: "CONFIG GET",
  means: "unknown",
  because: "it does not let this user see whether it writes to disk before it answers",
};

async function durabilityOf(config: (parameter: string) => Promise<string | null>): Promise<Setting[]> {
  const [appendonly, appendfsync, pauses] = [
    await config("appendonly"),
    await config("appendfsync"),
    await config("no-appendfsync-on-rewrite"),
  ];
  if (appendonly === null || appendfsync === null) return [UNTOLD];
  if (appendonly !== "yes") {
    const because = "there is no log: what was put since the last snapshot is gone after a crash; set appendonly yes";
    return [{ setting: `appendonly ${appendonly}`, means: "broken", because }];
  }
  const log: Setting = { setting: "appendonly yes", means: "told", because: "what was put is in a log" };
  return [log, fsync(appendfsync), ...(pauses === "yes" ? [PAUSES] : [])];
}

const PAUSES: Setting = {
  setting: "no-appendfsync-on-rewrite yes",
  means: "broken",
  because: "while the log is rewritten, answers come before the disk; set it to no",
};

function fsync(appendfsync: string): Setting {
  const setting = `appendfsync ${appendfsync}`;
  if (appendfsync === "always") return { setting, means: "told", because: "the log is on disk before the answer" };
  const late = appendfsync === "everysec" ? "about a second after the answer" : "whenever the system likes";
  return { setting, means: "broken", because: `the log reaches the disk ${late}; set appendfsync always` };
}

/** A replica that takes over has not got all that was acknowledged. */
function replication(replicas: string, cluster: string): Setting[] {
  const [, role] = /^role:(\w+)/m.exec(replicas) ?? [];
  const [, count = "0"] = /^connected_slaves:(\d+)/m.exec(replicas) ?? [];
  const isCluster = /^cluster_enabled:1/m.test(cluster);
  if (role === "slave") {
    return [{ setting: "role replica", means: "broken", because: "it repeats what another server has; name that one" }];
  }
  if (count === "0" && !isCluster) return [];
  const because = "replicas lag behind: what was put may be gone when one of them takes over; let none take over";
  return [{ setting: isCluster ? "cluster_enabled 1" : `connected_slaves ${count}`, means: "unknown", because }];
}

const expiry = (left_ms: number): Setting =>
  left_ms < 0
    ? { setting: "PTTL -1", means: "told", because: "what was put has no time to live" }
    : { setting: `PTTL ${left_ms}`, means: "broken", because: "what was put will expire" };

function eviction(maxmemory: string | null, policy: string | null): Setting {
  if (maxmemory === null || policy === null) {
    const because = "it does not let this user see whether it evicts keys when memory is short";
    return { setting: "CONFIG GET", means: "unknown", because };
  }
  const setting = `maxmemory ${maxmemory}, maxmemory-policy ${policy}`;
  const evicts = policy.startsWith("allkeys");
  if (!evicts) return { setting, means: "told", because: "keys without a time to live are never evicted" };
  if (maxmemory === "0") return { setting, means: "told", because: "memory has no bound, so nothing is evicted" };
  return {
    setting,
    means: "broken",
    because: "keys are evicted when memory is short; set maxmemory-policy noeviction",
  };
}
