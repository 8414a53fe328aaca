/** One session with a store after the other: opened when first needed, and given up with the first thing that goes wrong. */
import { StoreError } from "./write-once-store.js";

/** A store that says nothing for this long is given up. */
const ANSWER_MS = 10_000;

export interface SessionOptions<Session> {
  /** Whose sessions they are, for messages. */
  readonly name: string;
  readonly open: () => Promise<Session>;
  /** Never rejects, and does not wait for whoever may be gone. */
  readonly close: (session: Session) => void;
  /** Whether the error is an answer: the session is as good as before. */
  readonly isAnswer?: (error: Error) => boolean;
}

export class Sessions<Session> {
  readonly #options: SessionOptions<Session>;
  #current: Promise<Session> | null = null;
  #isClosed = false;

  constructor(options: SessionOptions<Session>) {
    this.#options = options;
  }

  /** Does the work in a session. Rejects with StoreError for whatever the work or the opening rejects with. */
  async use<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const { name, open, isAnswer = () => false } = this.#options;
    if (this.#isClosed) throw new StoreError(`${name}: closed`);
    this.#current ??= open();
    const current = this.#current;
    try {
      return await within(ANSWER_MS, async () => work(await current));
    } catch (error) {
      if (!isAnswer(error as Error)) this.#drop(current);
      if (error instanceof StoreError) throw error;
      throw new StoreError(`${name}: ${reasonOf(error)}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#current !== null) this.#drop(this.#current);
  }

  /** The next work opens another. */
  #drop(session: Promise<Session>): void {
    if (this.#current !== session) return;
    this.#current = null;
    session.then(this.#options.close, () => {});
  }
}

async function within<Result>(limit_ms: number, work: () => Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limit_ms / 1000} s`)), limit_ms);
    // Whoever has closed the store does not wait for it.
    timer.unref();
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Of several attempts to connect, the last one's; of a request that failed, what lies behind it. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors.at(-1));
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ECONNREFUSED" || error.message.includes("ECONNREFUSED")) return "connection refused";
  if (error.message === "fetch failed" && error.cause !== undefined) return reasonOf(error.cause);
  return error.message === "" ? (code ?? error.name) : error.message;
}
