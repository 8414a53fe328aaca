/**
 * A client's connection to one server of a history: it begins with the handshake, whose words are those of TCP
 * (tcp-session.ts).
 */
import { randomBytes } from "node:crypto";
import type { Reply, Request } from "../../impl/core/protocol.js";
import { type ClientFacts, type Hello, type KnownServer, NONCE_BYTES } from "../../impl/encoding/handshake-messages.js";
import type { TableIdentity } from "../../impl/encoding/table-identity.js";
import { type Connection, MismatchError, type RequestOptions } from "../../impl/network/connection.js";
import type { Introducible, Membership } from "../../impl/network/membership.js";

/** A server, over a network. */
export interface Distant {
  readonly server: string;
  /** Resolves with whom one speaks to. */
  greeting(): Promise<KnownServer>;
  /** Resolves once it is welcomed; rejects otherwise. */
  hear(hello: Hello): Promise<void>;
  request(request: Request): Promise<Reply>;
}

interface Party {
  readonly table: TableIdentity;
  readonly client: ClientFacts;
  readonly membership: Membership;
  /** Called before a request leaves. */
  readonly onRequest: (server: string, request: Request) => void;
}

export class Introduced implements Connection, Introducible {
  readonly server: string;
  readonly #distant: Distant;
  readonly #party: Party;
  #isGreeted = false;
  #isSaying = false;

  constructor(distant: Distant, party: Party) {
    this.server = distant.server;
    this.#distant = distant;
    this.#party = party;
    party.membership.join(this);
    // A server that is down is not met: the client does without it, as long as it lives.
    void this.#meet().catch(() => {});
  }

  introduce(): void {
    if (!this.#isGreeted || this.#isSaying) return;
    this.#isSaying = true;
    void this.#say()
      .catch(() => {})
      .finally(() => {
        this.#isSaying = false;
      });
  }

  async request(request: Request, { signal = new AbortController().signal }: RequestOptions = {}): Promise<Reply> {
    await this.#party.membership.admitted(this.server, signal);
    signal.throwIfAborted();
    this.#party.onRequest(this.server, request);
    return this.#distant.request(request);
  }

  close(): void {}

  async #meet(): Promise<void> {
    const { membership } = this.#party;
    const known = await this.#distant.greeting();
    const refusal = membership.meet({ ...known, nonce: "" }, this.server);
    if (refusal !== null) return membership.stop(new MismatchError(refusal));
    this.#isGreeted = true;
    this.introduce();
  }

  async #say(): Promise<void> {
    const { table, client, membership } = this.#party;
    const { known } = membership;
    const nonce = randomBytes(NONCE_BYTES).toString("hex");
    await this.#distant.hear({ nonce, server: this.server, table, client, known });
    membership.welcomed(this.server, known);
  }
}
