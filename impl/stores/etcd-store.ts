/** etcd, through its JSON gateway: a transaction that puts if the key was never created. */
import { HttpStore } from "./http.js";
import type { StoreAddress } from "./store-url.js";
import type { ExaminedStore } from "./write-once-store.js";

interface KeyValue {
  readonly value?: string;
  readonly lease?: string;
}

interface Range {
  readonly kvs?: readonly KeyValue[];
}

/** No library: one request of one kind, and fetch is there. */
export async function openEtcd({ url, name, scheme }: StoreAddress): Promise<ExaminedStore> {
  const base = `${scheme.slice("etcd+".length)}//${url.host}`;
  const http = new HttpStore(name, fetch);
  const ask = async <Answer>(path: string, body?: object): Promise<Answer> => {
    const post = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const { response, text } = await http.ask(`${base}${path}`, post);
    if (!response.ok) throw http.failure(`answered ${response.status}: ${text.trim().slice(0, 200)}`);
    try {
      return JSON.parse(text) as Answer;
    } catch (error) {
      throw http.failure(`answered what is no JSON: ${text.trim().slice(0, 200)}`, error);
    }
  };
  const first = async (key: string): Promise<KeyValue | null> =>
    (await ask<Range>("/v3/kv/range", { key: encoded(key) })).kvs?.[0] ?? null;

  return {
    name,
    async putIfAbsent(key, text) {
      const { succeeded = false, responses = [] } = await ask<{
        succeeded?: boolean;
        responses?: { response_range?: Range }[];
      }>("/v3/kv/txn", {
        compare: [{ key: encoded(key), target: "CREATE", result: "EQUAL", create_revision: "0" }],
        success: [{ request_put: { key: encoded(key), value: encoded(text) } }],
        failure: [{ request_range: { key: encoded(key) } }],
      });
      if (succeeded) return text;
      return decoded(responses[0]!.response_range!.kvs![0]!);
    },
    async read(key) {
      const found = await first(key);
      return found === null ? null : decoded(found);
    },
    remove: async (key) => void (await ask("/v3/kv/deleterange", { key: encoded(key) })),
    againstRemoval: "its roles know no writing without deleting: let nobody but Quorate write under this prefix",
    async durability() {
      const { etcdserver } = await ask<{ etcdserver: string }>("/version");
      const because = "it syncs its log before it answers, unless it was started with --unsafe-no-fsync";
      return [{ setting: `etcd ${etcdserver}`, means: "promised", because }];
    },
    async retention(key) {
      const { lease = "0" } = (await first(key)) ?? {};
      const setting = `lease ${lease}`;
      if (lease !== "0") return [{ setting, means: "broken", because: "what was put is gone when its lease ends" }];
      return [{ setting, means: "told", because: "what was put has no lease, so it does not expire" }];
    },
    close: () => http.close(),
  };
}

const encoded = (text: string): string => Buffer.from(text).toString("base64");

/** JSON of protocol buffers leaves out what is empty. */
const decoded = ({ value = "" }: KeyValue): string => Buffer.from(value, "base64").toString();
