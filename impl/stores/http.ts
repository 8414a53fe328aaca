/** Requests over HTTP to one store: bounded in time, given up when the store is closed, and failures as StoreError. */
import { givingUp } from "../network/giving-up.js";
import { reasonOf } from "./sessions.js";
import { StoreError } from "./write-once-store.js";

const ANSWER_MS = 10_000;

export class HttpStore {
  readonly #name: string;
  readonly #fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly #closed = new AbortController();

  constructor(name: string, fetch: (url: string, init: RequestInit) => Promise<Response>) {
    this.#name = name;
    this.#fetch = fetch;
  }

  /** The whole answer, whatever its status is. Rejects with StoreError where there is none. */
  async ask(url: string, init: RequestInit): Promise<{ readonly response: Response; readonly text: string }> {
    const over = new AbortController();
    const late = () => new DOMException("The operation was aborted due to timeout", "TimeoutError");
    const closed = this.#closed.signal;
    if (closed.aborted) over.abort(closed.reason);
    const release = givingUp((why) => over.abort(why), { after_ms: ANSWER_MS, late, signal: closed });
    try {
      const response = await this.#fetch(url, { ...init, signal: over.signal });
      return { response, text: await response.text() };
    } catch (error) {
      throw this.failure(reasonOf(error), error);
    } finally {
      release();
    }
  }

  failure(why: string, cause?: unknown): StoreError {
    return new StoreError(`${this.#name}: ${why}`, { cause });
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error("closed"));
  }
}
