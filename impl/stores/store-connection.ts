/**
 * A client's connection to a server that is a store: what a server that knows its row does at once is done cell by cell
 * (core/cells.ts), and what is known once is remembered, for it stays.
 */

import { Cells } from "../core/cells.js";
import type { Reply, Request, RowReply } from "../core/protocol.js";
import { REGISTER_SET_LIMIT } from "../core/protocol.js";
import type { PutIfAbsent } from "../core/register-storage.js";
import { type Connection, ConnectionError, MismatchError, type RequestOptions } from "../network/connection.js";
import { givingUp } from "../network/giving-up.js";
import type { Party } from "../network/tcp-session.js";
import type { OpenedStore } from "./open-store.js";
import { decodeRegister, encodeRegister, ForeignTextError } from "./register-text.js";
import { greet, introduceTo } from "./store-handshake.js";
import { type StoreKeys, storeKeys } from "./store-keys.js";
import { StoreError, type WriteOnceStore } from "./write-once-store.js";

const DEFAULT_TIMEOUT_MS = 1000;

/** A promise takes a put for each register below: beyond this, it would take too long. */
export const STORE_SETS_MAX = 10_000;

/** How many puts or reads of one client are under way at once. */
const AT_ONCE = 16;

const DECIDED = "decided";

export class StoreConnection implements Connection {
  readonly server: string;
  readonly #store: WriteOnceStore;
  readonly #keys: StoreKeys;
  readonly #party: Pick<Party, "table" | "client" | "membership">;
  readonly #cells = new Cells();
  /** By register set. */
  readonly #underWay = new Map<number, Promise<void>>();
  /** What was agreed on with the store, by key: a hello that was cut short goes on where it was. */
  readonly #agreed = new Map<string, string>();
  /**
   * Null before the store is known to be the one that it ought to be, and again after it failed: it may have lost its
   * memory.
   */
  #incarnation: string | null = null;
  #hello: Promise<void> | null = null;
  #isWelcome = false;
  /** What is decided, as somebody has noted in the store. */
  #decided: string | null = null;
  /** Why nothing is asked any more. */
  #end: Error | null = null;

  constructor(server: string, { store, prefix }: OpenedStore, party: Pick<Party, "table" | "client" | "membership">) {
    this.server = server;
    this.#store = store;
    this.#keys = storeKeys(prefix, server);
    this.#party = party;
    party.membership.join(this);
  }

  /** See Connection. What a request began goes on after it was given up, and serves the next. */
  async request(request: Request, options: RequestOptions = {}): Promise<Reply> {
    const { timeout_ms = DEFAULT_TIMEOUT_MS, signal } = options;
    signal?.throwIfAborted();
    if (this.#end !== null) throw this.#end;
    const over = new AbortController();
    let release = () => {};
    const givenUp = new Promise<never>((_, reject) => {
      release = givingUp(reject, { after_ms: timeout_ms, late: () => this.#late(timeout_ms), signal });
    });
    try {
      return await Promise.race([this.#answer(request, over.signal), givenUp]);
    } catch (error) {
      throw this.#explained(error);
    } finally {
      release();
      over.abort();
    }
  }

  /** Says hello with all that is known now. */
  introduce(): void {
    // What comes of it is told to whoever asks something.
    if (this.#end === null) this.#sayHello().catch((error) => this.#explained(error));
  }

  close(): void {
    this.#end ??= new ConnectionError(`${this.#place}: this connection has been closed`);
    void this.#store.close();
  }

  async #answer(request: Request, over: AbortSignal): Promise<Reply> {
    const { membership } = this.#party;
    if (!this.#isWelcome) await this.#sayHello();
    // No proposer has been here, and there is nothing to read.
    if (this.#incarnation === null) return { kind: "row", frozenBelow: 0, written: [] };
    if (!membership.isAdmitted(this.server)) await membership.admitted(this.server, over);
    if (this.#decided !== null) return { kind: "decided", value: this.#decided };
    switch (request.kind) {
      case "prepare":
      case "write":
        return this.#cellByCell(request, over);
      case "read":
        return this.#look(request.from ?? 0);
      case "decided":
        this.#decided = await this.#store.putIfAbsent(this.#keys.fact(DECIDED), request.value);
        return { kind: "decided", value: this.#decided };
      case "vote":
        return { kind: "rejected", reason: "a store does not vote" };
    }
  }

  async #cellByCell(request: Request & { kind: "prepare" | "write" }, over: AbortSignal): Promise<Reply> {
    if (request.registerSet > STORE_SETS_MAX) {
      const reason = `R${request.registerSet} has more than ${STORE_SETS_MAX} registers below, and a store is asked about each`;
      return { kind: "rejected", reason };
    }
    await atOnce(this.#cells.pending(request), over, (put) => this.#put(put));
    return this.#cells.answerTo(request)!;
  }

  /** Once, whoever else waits for it. */
  #put({ registerSet, put }: PutIfAbsent): Promise<void> {
    const before = this.#underWay.get(registerSet);
    if (before !== undefined) return before;
    const putting = this.#store
      .putIfAbsent(this.#keys.register(registerSet), encodeRegister(put))
      .then((text) => this.#cells.receive({ kind: "holds", registerSet, holds: decodeRegister(text) }))
      .finally(() => this.#underWay.delete(registerSet));
    this.#underWay.set(registerSet, putting);
    return putting;
  }

  /**
   * What is held from there on, as far as there are no gaps of a window's length: what is not shown may be there all
   * the same, as in any row that is read in pages.
   */
  async #look(from: number): Promise<RowReply | Reply> {
    const decided = await this.#store.read(this.#keys.fact(DECIDED));
    if (decided !== null) {
      this.#decided = decided;
      return { kind: "decided", value: decided };
    }
    for (let first = this.#cells.wholeBelow; first < REGISTER_SET_LIMIT; first += AT_ONCE) {
      const window = Array.from({ length: AT_ONCE }, (_, index) => first + index);
      const found = await Promise.all(window.map((registerSet) => this.#isHeld(registerSet)));
      if (!found.includes(true)) break;
    }
    const written = this.#cells.written.filter(([registerSet]) => registerSet >= from);
    return { kind: "row", ...(from > 0 && { from }), frozenBelow: this.#cells.wholeBelow, written };
  }

  async #isHeld(registerSet: number): Promise<boolean> {
    if (this.#cells.knows(registerSet)) return true;
    const text = await this.#store.read(this.#keys.register(registerSet));
    if (text === null) return false;
    this.#cells.receive({ kind: "holds", registerSet, holds: decodeRegister(text) });
    return true;
  }

  #sayHello(): Promise<void> {
    this.#hello ??= this.#introduceOnce().finally(() => {
      this.#hello = null;
    });
    return this.#hello;
  }

  async #introduceOnce(): Promise<void> {
    const { table, client, membership } = this.#party;
    const place = { store: this.#store, keys: this.#keys, agreed: this.#agreed };
    const incarnation = await greet(place, client === null);
    this.#incarnation = incarnation;
    if (incarnation === null) return;
    const stranger = membership.meet({ server: this.server, incarnation, nonce: "" }, this.server);
    if (stranger !== null) throw this.#mismatch(stranger);
    await membership.gathered();
    const { known } = membership;
    const refusal = await introduceTo(place, incarnation, { server: this.server, table, client, known });
    if (refusal !== null) throw this.#mismatch(refusal);
    this.#decided = await this.#store.read(this.#keys.fact(DECIDED));
    this.#isWelcome = true;
    membership.welcomed(this.server, known);
  }

  get #place(): string {
    return `${this.server} at ${this.#store.name}`;
  }

  #late(timeout_ms: number): ConnectionError {
    const why = this.#isWelcome
      ? `no answer within ${timeout_ms} ms`
      : `no answer within ${timeout_ms} ms, or it waits until most servers know this client`;
    this.#party.membership.unreachable(this.server);
    return new ConnectionError(`${this.#place}: ${why}`);
  }

  #mismatch(why: string): MismatchError {
    const mismatch = new MismatchError(`${this.#place}: ${why}`);
    this.#end = mismatch;
    this.#party.membership.stop(mismatch);
    return mismatch;
  }

  /** A store that failed is met anew: it may have come back without its memory. */
  #explained(error: unknown): unknown {
    if (error instanceof ForeignTextError) {
      return this.#mismatch(`a register holds what no client of Quorate has put there: ${error.message}`);
    }
    if (!(error instanceof StoreError)) return error;
    this.#isWelcome = false;
    this.#party.membership.unreachable(this.server);
    return new ConnectionError(`${this.server} at ${error.message}`, { cause: error });
  }
}

/** Does the work for each item, a number at a time, as long as anybody waits for it. Rejects with the first failure. */
async function atOnce<Item>(
  items: Iterable<Item>,
  over: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); !next.done && !over.aborted; next = iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  over.throwIfAborted();
}
