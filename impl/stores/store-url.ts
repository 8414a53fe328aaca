/** How stores are named: URLs, one scheme for each kind. */
import { didYouMean } from "../../spec/table-file/did-you-mean.js";
import { StoreUrlError } from "./write-once-store.js";

/** By scheme: an example, for whoever misspells it. */
const EXAMPLES = {
  "redis:": "redis://127.0.0.1:6379",
  "rediss:": "rediss://cache.example.org:6379",
  "postgres:": "postgres://user@127.0.0.1:5432/database",
  "postgresql:": "postgresql://user@127.0.0.1:5432/database",
  "etcd+http:": "etcd+http://127.0.0.1:2379",
  "etcd+https:": "etcd+https://etcd.example.org:2379",
  "s3+http:": "s3+http://127.0.0.1:9000/bucket",
  "s3+https:": "s3+https://s3.eu-central-1.amazonaws.com/bucket?region=eu-central-1",
  "nats:": "nats://127.0.0.1:4222/bucket",
  "file:": "file:/var/lib/registers",
} as const;

export type StoreScheme = keyof typeof EXAMPLES;

const SCHEMES = Object.keys(EXAMPLES) as StoreScheme[];

/** What comes before each key, unless the URL says `?prefix=…`. */
const PREFIX = "quorate";

/** Of PostgreSQL. All but the first look at the server's certificate. */
export const WITHOUT_TLS = "disable";
const SSL_MODES = [WITHOUT_TLS, "prefer", "require", "verify-ca", "verify-full"];

export interface StoreAddress {
  readonly scheme: StoreScheme;
  readonly url: URL;
  /** Before every key of Quorate, with a slash between. */
  readonly prefix: string;
  /** The URL without secrets. */
  readonly name: string;
}

/** Whether the text begins as only a store's URL does. */
export const isStoreUrl = (text: string): boolean => SCHEMES.some((scheme) => text.startsWith(scheme));

/** Throws StoreUrlError. */
export function parseStoreUrl(text: string): StoreAddress {
  const scheme = SCHEMES.find((known) => text.startsWith(known));
  if (scheme === undefined) throw new StoreUrlError(`"${shown(text)}" names no store: ${schemeHint(text)}`);
  const url = urlOf(text, scheme);
  const name = withoutSecrets(url, scheme, text);
  const needsHost = scheme !== "file:";
  if (needsHost && url.hostname === "") throw new StoreUrlError(`"${name}" names no host: write ${EXAMPLES[scheme]}`);
  const needsBucket = scheme.startsWith("s3");
  if (needsBucket && !/^\/[^/]+\/?$/.test(url.pathname)) {
    throw new StoreUrlError(`"${name}" names no bucket, or more than one: write ${EXAMPLES[scheme]}`);
  }
  if (scheme.startsWith("redis") && !/^\/?\d*$/.test(url.pathname)) {
    throw new StoreUrlError(`"${name}" names a database that is no number: write ${EXAMPLES[scheme]}/0`);
  }
  const sslMode = url.searchParams.get("sslmode") ?? WITHOUT_TLS;
  if (scheme.startsWith("postgres") && !SSL_MODES.includes(sslMode)) {
    throw new StoreUrlError(`"${name}" has sslmode=${sslMode}: it may be ${SSL_MODES.join(", ")}`);
  }
  const prefix = url.searchParams.get("prefix") ?? PREFIX;
  if (!/^[\w-]+$/.test(prefix)) {
    throw new StoreUrlError(`"${name}" has the prefix "${prefix}": letters, digits, - and _ are good everywhere`);
  }
  return { scheme, url, prefix, name };
}

/** A path may be relative: `file:registers` is a directory here. */
function urlOf(text: string, scheme: StoreScheme): URL {
  try {
    return new URL(text);
  } catch {
    if (/^[^/]*:\/\/[^/?]*,/.test(text)) {
      throw new StoreUrlError(
        `"${shown(text)}" names several servers: a store has one address; of an etcd cluster, that of any member`,
      );
    }
    throw new StoreUrlError(`"${shown(text)}" is no URL: write ${EXAMPLES[scheme]}`);
  }
}

function schemeHint(text: string): string {
  const [, scheme] = /^([\w+.-]+:)\/?/.exec(text) ?? [];
  const examples = `write one like ${EXAMPLES["redis:"]}, ${EXAMPLES["postgres:"]}, ${EXAMPLES["etcd+http:"]}, ${EXAMPLES["s3+http:"]}, ${EXAMPLES["nats:"]} or ${EXAMPLES["file:"]}`;
  return scheme === undefined ? examples : (didYouMean(scheme, SCHEMES) ?? examples);
}

function withoutSecrets(url: URL, scheme: StoreScheme, text: string): string {
  if (scheme === "file:") return text.replace(/\?.*$/, "");
  const port = url.port === "" ? "" : `:${url.port}`;
  return `${scheme}//${url.hostname}${port}${url.pathname.replace(/\/$/, "")}`;
}

/** Of what cannot be taken apart, nothing before an @. */
const shown = (text: string): string => text.replace(/\/\/.*@/, "//…@");
