/**
 * The services of Maelstrom that nodes may use: stores of keys, each of a consistency of its own, and a clock. Their
 * names are those of Maelstrom; a name with more behind it (`lin-kv-2`) is another store of that kind.
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
  /**
   * Answers a request: the answer's body, without numbers.
   *
   * @param isStale whether a read is answered with the oldest that whoever asks may be told; only where `tellsStale`
   */
  handle(src: string, request: Body, isStale: boolean): Body;
}

const KINDS: readonly (readonly [prefix: string, create: () => Service])[] = [
  ["lin-kv", () => new Store()],
  ["seq-kv", () => new SequentialStore()],
  // Every linearizable store is a last-write-wins store if all clocks agree. So it raises no false alarm; what only
  // shows in a weaker store is not found.
  ["lww-kv", () => new Store()],
  ["lin-tso", () => new Timestamps()],
];

/** Whether the service of this name may answer a read with what is not so any more. */
export const tellsStale = (name: string): boolean => isOfKind(name, "seq-kv");

const isOfKind = (name: string, kind: string): boolean => name === kind || name.startsWith(`${kind}-`);

/** A service of that name, or null where Maelstrom has none. */
export function serviceNamed(name: string): Service | null {
  const kind = KINDS.find(([prefix]) => isOfKind(name, prefix));
  return kind === undefined ? null : kind[1]();
}

/** By key, as JSON. */
type Contents = ReadonlyMap<string, unknown>;

class Store implements Service {
  #contents: Contents = new Map();

  handle(_src: string, request: Body): Body {
    const { answer, after } = answered(this.#contents, request);
    this.#contents = after;
    return answer;
  }
}

/**
 * All that ask agree on the order in which things change, and each sees it go forward only; but not all are as far at
 * the same time. As in Maelstrom, what changes anything happens in the newest state; a read may be of any since the one
 * that whoever asks was told of last.
 */
class SequentialStore implements Service {
  readonly #states: Contents[] = [new Map()];
  /** By who asked, the place of the state that he has seen. */
  readonly #seen = new Map<string, number>();

  handle(src: string, request: Body, isStale: boolean): Body {
    const newest = this.#states.length - 1;
    const place = isStale && request.type === "read" ? (this.#seen.get(src) ?? 0) : newest;
    const { answer, after } = answered(this.#states[place]!, request);
    const isChanged = after !== this.#states[place];
    if (isChanged) this.#states.push(after);
    this.#seen.set(src, isChanged ? newest + 1 : place);
    return answer;
  }
}

function answered(contents: Contents, request: Body): { readonly answer: Body; readonly after: Contents } {
  const key = JSON.stringify(request.key);
  const isThere = contents.has(key);
  const only = (answer: Body) => ({ answer, after: contents });
  const put = (value: unknown, type: string) => ({ answer: { type }, after: new Map(contents).set(key, value) });
  switch (request.type) {
    case "read":
      return only(isThere ? { type: "read_ok", value: contents.get(key) } : absent(request.key));
    case "write":
      return put(request.value, "write_ok");
    case "cas": {
      const { from, to } = request;
      if (!isThere && request.create_if_not_exists !== true) return only(absent(request.key));
      if (isThere && !isDeepStrictEqual(contents.get(key), from)) {
        const text = `expected ${JSON.stringify(from)}, but had ${JSON.stringify(contents.get(key))}`;
        return only({ type: "error", code: ERROR.preconditionFailed, text });
      }
      return put(to, "cas_ok");
    }
    default:
      return only(unsupported(request));
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
