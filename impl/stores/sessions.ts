/**
 * One session with a store after the other: opened when first needed, and given up with the first thing that goes
 * wrong.
 */
import { givingUp } from "../network/giving-up.js";
import { reasonAtFirst, reasonOf } from "./reasons.js";
import { StoreError } from "./write-once-store.js";

/** A store that says nothing for this long is given up. */
const ANSWER_MS = 10_000;

export interface SessionOptions<Session> {
  /** Whose sessions they are, for messages. */
  readonly name: string;
  /** The signal is aborted once the session is given up, be it open or not. */
  readonly open: (givenUp: AbortSignal) => Promise<Session>;
  /** Never rejects, and does not wait for whoever may be gone. */
  readonly close: (session: Session) => void;
  /** Whether the error is an answer: the session is as good as before. */
  readonly isAnswer?: (error: Error) => boolean;
  /** What this kind of store says, as the rest of a sentence about it; null for what needs no translation. */
  readonly reasonOf?: (error: Error) => string | null;
}

interface Begun<Session> {
  readonly session: Promise<Session>;
  readonly givenUp: AbortController;
}

export class Sessions<Session> {
  readonly #options: SessionOptions<Session>;
  #current: Begun<Session> | null = null;
  readonly #closed = new AbortController();
  #hasAnswered = false;

  constructor(options: SessionOptions<Session>) {
    this.#options = options;
  }

  /** Does the work in a session. Rejects with StoreError for whatever the work or the opening rejects with. */
  async use<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const { name, open, isAnswer = () => false, reasonOf: ofKind = () => null } = this.#options;
    if (this.#closed.signal.aborted) throw new StoreError(`${name}: closed`);
    this.#current ??= begun(open);
    const current = this.#current;
    try {
      const result = await within(ANSWER_MS, this.#closed.signal, async () => work(await current.session));
      this.#hasAnswered = true;
      return result;
    } catch (error) {
      if (!isAnswer(error as Error)) this.#drop(current);
      if (error instanceof StoreError) throw error;
      const reason = ofKind(error as Error) ?? (this.#hasAnswered ? reasonOf(error) : reasonAtFirst(error, name));
      throw new StoreError(`${name}: ${reason}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error("closed"));
    if (this.#current !== null) this.#drop(this.#current);
  }

  /** The next work opens another. */
  #drop(dropped: Begun<Session>): void {
    if (this.#current !== dropped) return;
    this.#current = null;
    dropped.givenUp.abort();
    dropped.session.then(this.#options.close, () => {});
  }
}

function begun<Session>(open: SessionOptions<Session>["open"]): Begun<Session> {
  const givenUp = new AbortController();
  return { session: open(givenUp.signal), givenUp };
}

/** What comes of the work, if it comes in time, and before the signal. */
async function within<Result>(limit_ms: number, closed: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  let release = () => {};
  const givenUp = new Promise<never>((_, reject) => {
    const late = () => new Error(`no answer within ${limit_ms / 1000} s`);
    release = givingUp(reject, { after_ms: limit_ms, late, signal: closed });
  });
  try {
    return await Promise.race([work(), givenUp]);
  } finally {
    release();
  }
}
