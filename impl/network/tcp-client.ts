/** A client's connection to one server over TCP: dialled when first needed, and again after it was lost. */

import type { Reply, Request } from "../core/protocol.js";
import { decodeReply, encodeRequest } from "../encoding/messages.js";
import { type Connection, ConnectionError, MismatchError, type RequestOptions } from "./connection.js";
import { givingUp } from "./giving-up.js";
import { type Party, TcpSession } from "./tcp-session.js";
import type { TcpAddress } from "./transport.js";

const DEFAULT_TIMEOUT_MS = 1000;

/** A request that waits for its reply. */
interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
  /** Whether it is on its way, and silence is the server's. */
  isSent: boolean;
}

export class TcpConnection implements Connection {
  readonly server: string;
  readonly #address: TcpAddress;
  readonly #party: Party;
  readonly #waiting = new Map<number, Waiting>();
  #session: TcpSession | null = null;
  #nextId = 0;
  /** Why nothing is asked any more. */
  #end: Error | null = null;

  constructor(address: TcpAddress, party: Party) {
    this.server = address.server;
    this.#address = address;
    this.#party = party;
    party.membership.join(this);
  }

  /** See Connection. Throws RangeError for a request that cannot be carried. */
  async request(request: Request, options: RequestOptions = {}): Promise<Reply> {
    const { timeout_ms = DEFAULT_TIMEOUT_MS, signal } = options;
    signal?.throwIfAborted();
    if (this.#end !== null) throw this.#end;
    const id = this.#nextId++;
    const frame = encodeRequest({ id, server: this.server, request });
    let release = () => {};
    let giveUpSending = () => {};
    try {
      return await new Promise<Reply>((resolve, reject) => {
        const waiting = { resolve, reject, isSent: false };
        this.#waiting.set(id, waiting);
        const late = () => this.#timedOut(waiting, timeout_ms);
        release = givingUp(reject, { after_ms: timeout_ms, late, signal });
        giveUpSending = this.#send(frame, waiting);
      });
    } finally {
      release();
      this.#waiting.delete(id);
      giveUpSending();
    }
  }

  /** Says hello to the server with all that is known now, if it can be reached. */
  introduce(): void {
    if (this.#end === null) this.#dial().introduce();
  }

  close(): void {
    this.#end ??= this.#error("this connection has been closed");
    this.#drop(this.#end);
  }

  /** At once where the server may be asked, or later; returns what ends the waiting for that. */
  #send(frame: Buffer, waiting: Waiting): () => void {
    const session = this.#dial();
    if (session.isWelcome && this.#party.membership.isAdmitted(this.server)) {
      waiting.isSent = true;
      session.write(frame);
      return () => {};
    }
    const over = new AbortController();
    this.#sendOnceAdmitted(session, { frame, waiting, over: over.signal }).catch(waiting.reject);
    return () => over.abort();
  }

  /** `over`: the request is given up, or was answered by its failure. */
  async #sendOnceAdmitted(
    session: TcpSession,
    { frame, waiting, over }: { readonly frame: Buffer; readonly waiting: Waiting; readonly over: AbortSignal },
  ): Promise<void> {
    const { membership } = this.#party;
    if (!session.isWelcome) await session.welcome;
    if (!membership.isAdmitted(this.server)) await membership.admitted(this.server, over);
    if (over.aborted) return;
    waiting.isSent = true;
    session.write(frame);
  }

  #dial(): TcpSession {
    if (this.#session !== null) return this.#session;
    const session = new TcpSession(this.#address, this.#party, {
      onReply: (body) => this.#settle(body),
      onLost: (error) => {
        if (error instanceof MismatchError) this.#end = error;
        // A session that was replaced has nothing to say about the requests of its successor.
        if (this.#session === session) this.#drop(error);
      },
    });
    this.#session = session;
    return session;
  }

  /** A reply that is no longer waited for is dropped: its request was sent again, or given up. */
  #settle(body: Buffer): void {
    const { id, reply } = decodeReply(body);
    this.#waiting.get(id)?.resolve(reply);
  }

  #drop(error: Error): void {
    this.#session?.destroy();
    this.#session = null;
    for (const { reject } of this.#waiting.values()) reject(error);
  }

  /**
   * Silence may mean a connection that is dead without knowing it (the other machine lost power), so the next request
   * dials afresh. Others that wait on the connection are told, and may be repeated: requests are idempotent.
   */
  #timedOut({ isSent }: Waiting, timeout_ms: number): ConnectionError {
    if (!isSent && this.#session?.isWelcome) {
      return this.#error("it waits until most servers know this client, and all that it asked know of each other");
    }
    const hint = this.#session?.isSilent ? ", not even a greeting; does it ask for TLS?" : "";
    const error = this.#error(`no answer within ${timeout_ms} ms${hint}`);
    this.#party.membership.unreachable(this.server);
    this.#drop(error);
    return error;
  }

  #error(why: string): ConnectionError {
    return new ConnectionError(`${this.server} at ${this.#address.host}:${this.#address.port}: ${why}`);
  }
}
