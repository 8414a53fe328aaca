/** S3 and what speaks like it: PUT with `If-None-Match: *`, which a server may know or, worse, ignore. */
import { HttpStore } from "./http.js";
import { loadLibrary } from "./load-library.js";

import type { StoreAddress } from "./store-url.js";
import { type ExaminedStore, foundAfterRefusal, type Setting, StoreError } from "./write-once-store.js";

export async function openS3({ url, name, scheme }: StoreAddress): Promise<ExaminedStore> {
  const { AwsClient } = await loadLibrary(
    { kind: "an s3+http:// store", packages: ["aws4fetch"] },
    () => import("aws4fetch"),
  );
  const signer = new AwsClient({ ...credentialsOf(url, name), region: regionOf(url), service: "s3", retries: 0 });
  const bucket = `${scheme.slice("s3+".length)}//${url.host}${url.pathname.replace(/\/$/, "")}`;
  // Its own fetch loses the signal that ends a request.
  const http = new HttpStore(name, async (to, init) => fetch(await signer.sign(to, init), { signal: init.signal! }));
  const ask = (path: string, init: RequestInit) => http.ask(`${bucket}${path}`, init);
  const unexpected = (what: string, { status }: Response, text: string): StoreError => {
    const [, code] = /<Code>(\w+)<\/Code>/.exec(text) ?? [];
    return http.failure(`${what} was answered with ${status}${code === undefined ? "" : ` ${code}`}`);
  };
  const get = async (key: string): Promise<{ response: Response; text: string } | null> => {
    const { response, text } = await ask(`/${key}`, { method: "GET" });
    if (response.status === 404 && !text.includes("NoSuchBucket")) return null;
    if (response.ok) return { response, text };
    throw unexpected("GET", response, text);
  };
  const read = async (key: string): Promise<string | null> => (await get(key))?.text ?? null;

  return {
    name,
    async putIfAbsent(key, text) {
      const headers = { "If-None-Match": "*", "Content-Type": "application/json" };
      const { response, text: answer } = await ask(`/${key}`, { method: "PUT", body: text, headers });
      if (response.ok) return text;
      // 409: somebody else's put was under way, and nothing is known yet.
      if (response.status !== 412) throw unexpected("PUT with If-None-Match: *", response, answer);
      return foundAfterRefusal(await read(key), name, key);
    },
    read,
    async remove(key) {
      const { response, text } = await ask(`/${key}`, { method: "DELETE" });
      if (!response.ok) throw unexpected("DELETE", response, text);
    },
    againstRemoval:
      "give Quorate s3:GetObject, and s3:PutObject on condition of s3:if-none-match, and no s3:DeleteObject",
    durability: async () => [
      {
        setting: "answered 200",
        means: "promised",
        because: "S3 answers once an object is stored for good; whether this server does, it does not tell",
      },
    ],
    retention: async (key) => [await expiry(key), await lifecycle()],
    close: () => http.close(),
  };

  async function expiry(key: string): Promise<Setting> {
    const header = (await get(key))?.response.headers.get("x-amz-expiration") ?? null;
    if (header === null)
      return { setting: "no x-amz-expiration", means: "told", because: "the object has no last day" };
    return { setting: `x-amz-expiration ${header}`, means: "broken", because: "the object will be removed" };
  }

  async function lifecycle(): Promise<Setting> {
    const { response, text } = await ask("?lifecycle", { method: "GET" });
    if (response.status === 404 && text.includes("NoSuchLifecycleConfiguration")) {
      return { setting: "no lifecycle rules", means: "told", because: "the bucket removes nothing by itself" };
    }
    const setting = `GET ?lifecycle ${response.status}`;
    if (!response.ok || !text.includes("<LifecycleConfiguration")) {
      return { setting, means: "promised", because: "a bucket removes nothing by itself, unless it is told to" };
    }
    const removes = text
      .split("<Rule>")
      .some((rule) => rule.includes("<Status>Enabled</Status>") && rule.includes("<Expiration>"));
    return removes
      ? { setting, means: "broken", because: "a lifecycle rule of the bucket removes objects; take it away" }
      : { setting, means: "told", because: "no lifecycle rule of the bucket removes objects" };
  }
}

const regionOf = (url: URL): string => url.searchParams.get("region") ?? process.env.AWS_REGION ?? "us-east-1";

/** Those in the URL, or those of the environment, as other tools have it. Throws StoreError. */
function credentialsOf(
  url: URL,
  name: string,
): { accessKeyId: string; secretAccessKey: string; sessionToken?: string } {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (url.username !== "") {
    return { accessKeyId: decodeURIComponent(url.username), secretAccessKey: decodeURIComponent(url.password) };
  }
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new StoreError(`${name}: there is no key to sign with: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`);
  }
  const session = AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {};
  return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, ...session };
}
