/**
 * The services of Maelstrom that nodes may use: stores of keys, each of a consistency of its own, and a clock. Their names
 * are those of Maelstrom; a name with more behind it (`lin-kv-2`) is another store of that kind.
 */

import { isDeepStrictEqual } from "node:util";
import type { Body } from "../../adapter/messages.js";

/** Numbers of Maelstrom's definite errors: the request certainly had no effect. The others leave that open. */
export const ERROR = {
  nodeNotFound: 1,
  notSupported: 10,
  temporarilyUnavailable: 11,
  malformedRequest: 12,
  abort: 14,
  keyDoesNotExist: 20,
  keyAlreadyExists: 21,
  preconditionFailed: 22,
  conflict: 30,
} as const;

export interface Service {
  /** Answers a request: the answer's body, without numbers. */
  handle(src: string, request: Body): Body;
}

const KINDS: readonly (readonly [prefix: string, create: () => Service])[] = [
  ["lin-kv", () => new Store()],
  // Every linearizable store is sequentially consistent, and a last-write-wins store if all clocks agree. So these raise no false
  // alarm; what only shows in a weaker store is not found.
  ["seq-kv", () => new Store()],
  ["lww-kv", () => new Store()],
  ["lin-tso", () => new Timestamps()],
];

/** A service of that name, or null where Maelstrom has none. */
export function serviceNamed(name: string): Service | null {
  const kind = KINDS.find(([prefix]) => name === prefix || name.startsWith(`${prefix}-`));
  return kind === undefined ? null : kind[1]();
}

class Store implements Service {
  readonly #contents = new Map<string, unknown>();

  handle(_src: string, request: Body): Body {
    const key = JSON.stringify(request.key);
    const isThere = this.#contents.has(key);
    switch (request.type) {
      case "read":
        return isThere ? { type: "read_ok", value: this.#contents.get(key) } : absent(request.key);
      case "write":
        this.#contents.set(key, request.value);
        return { type: "write_ok" };
      case "cas": {
        const { from, to } = request;
        if (!isThere && request.create_if_not_exists !== true) return absent(request.key);
        if (isThere && !isDeepStrictEqual(this.#contents.get(key), from)) {
          const text = `expected ${JSON.stringify(from)}, but had ${JSON.stringify(this.#contents.get(key))}`;
          return { type: "error", code: ERROR.preconditionFailed, text };
        }
        this.#contents.set(key, to);
        return { type: "cas_ok" };
      }
      default:
        return unsupported(request);
    }
  }
}

class Timestamps implements Service {
  #next = 0;

  handle(_src: string, request: Body): Body {
    return request.type === "ts" ? { type: "ts_ok", ts: this.#next++ } : unsupported(request);
  }
}

const absent = (key: unknown): Body => ({
  type: "error",
  code: ERROR.keyDoesNotExist,
  text: `there is no key ${JSON.stringify(key)}`,
});

const unsupported = ({ type }: Body): Body => ({
  type: "error",
  code: ERROR.notSupported,
  text: `this service does not know "${type}"`,
});
