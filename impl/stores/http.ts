/** Requests over HTTP to one store: bounded in time, given up when the store is closed, and failures as StoreError. */
import { givingUp } from "../network/giving-up.js";
import { reasonAtFirst, reasonOf } from "./reasons.js";
import { StoreError } from "./write-once-store.js";

const ANSWER_MS = 10_000;

/** Has to heed the signal. */
type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export class HttpStore {
  readonly #name: string;
  readonly #fetch: Fetch;
  readonly #closed = new AbortController();
  #hasAnswered = false;

  constructor(name: string, fetch: Fetch) {
    this.#name = name;
    this.#fetch = fetch;
  }

  /** The whole answer, whatever its status is. Rejects with StoreError where there is none. */
  async ask(url: string, init: RequestInit): Promise<{ readonly response: Response; readonly text: string }> {
    const over = new AbortController();
    const late = () => new Error(`no answer within ${ANSWER_MS / 1000} s`);
    const closed = this.#closed.signal;
    if (closed.aborted) over.abort(closed.reason);
    const release = givingUp((why) => over.abort(why), { after_ms: ANSWER_MS, late, signal: closed });
    try {
      const response = await this.#fetch(url, { ...init, signal: over.signal });
      const text = await response.text();
      this.#hasAnswered = true;
      return { response, text };
    } catch (error) {
      throw this.failure(this.#hasAnswered ? reasonOf(error) : reasonAtFirst(error, this.#name), error);
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
