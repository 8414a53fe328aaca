/** Lets clients in over one connection of a server: none is answered before its hello was welcomed. */
import { randomBytes } from "node:crypto";
import { isRegisterSet, type Reply, type Request } from "../core/protocol.js";
import { MalformedBytesError } from "../encoding/bytes.js";
import { encodeFrame } from "../encoding/frames.js";
import {
  type ClientFacts,
  decodeHello,
  encodeGreeting,
  encodeRefusal,
  encodeWelcome,
  NONCE_BYTES,
} from "../encoding/handshake-messages.js";
import type { RequestMessage } from "../encoding/messages.js";
import type { ServerPins } from "../encoding/pins.js";
import type { PinStore } from "../storage/pin-store.js";
import type { ServerHost } from "../storage/server-host.js";
import { judgeHello } from "./handshake.js";
import type { Permissions } from "./permissions.js";
import type { Token } from "./token.js";
import type { Certified, Listener } from "./transport.js";

/** What a server holds its clients to. */
export interface Door {
  readonly pins: PinStore<ServerPins>;
  readonly token?: Token | null;
  /** What clients may do; anything unless given. */
  readonly permissions?: Permissions;
  /** Plain TCP unless given. */
  readonly listener?: Listener;
}

export interface Answer {
  readonly frame: Buffer;
  readonly isWelcome: boolean;
}

/** An answer would go nowhere, and a client that came in would not be seen to leave. */
export class ClientGoneError extends Error {
  override readonly name = "ClientGoneError";
}

export class Doorkeeper {
  readonly #host: ServerHost;
  readonly #door: Door;
  readonly #greeting: Buffer;
  /** Whom the client's certificate is of; null without certificates. */
  readonly #certified: Certified | null;
  /** Undefined before it was welcomed, null for one who only reads. */
  #client: ClientFacts | null | undefined;
  #isGone = false;

  constructor(host: ServerHost, door: Door, certified: Certified | null = null) {
    this.#host = host;
    this.#door = door;
    this.#certified = certified;
    const nonce = randomBytes(NONCE_BYTES).toString("hex");
    this.#greeting = encodeGreeting({ nonce, server: host.name, incarnation: host.incarnation });
  }

  /** What the server says first. */
  get greeting(): Answer {
    if (this.#certified !== null && "distrusted" in this.#certified) {
      const { distrusted } = this.#certified;
      const why = `${this.#host.name} does not trust this client's certificate (${distrusted}); give it one that the --tls-ca of ${this.#host.name} has signed`;
      return refused(why, true);
    }
    return { frame: encodeFrame(this.#greeting), isWelcome: true };
  }

  /** Takes a message of the handshake. Rejects with MalformedBytesError and ClientGoneError. */
  async hear(body: Buffer): Promise<Answer> {
    if (this.#isGone) throw new ClientGoneError();
    const hello = decodeHello(body);
    const { pins, token = null } = this.#door;
    const verdict = judgeHello(hello, pins.pins, this.#greeting, token);
    if ("refusal" in verdict) return refused(verdict.refusal, true);
    const mismatch = this.#certificateRefusal(hello.said.client);
    if (mismatch !== null) return refused(mismatch, true);
    const crowd = this.#enter(hello.said.client);
    if (crowd !== null) return refused(crowd, false);
    if (verdict.pins !== pins.pins) pins.replace(verdict.pins);
    try {
      // Also what others have pinned a moment ago: this client is welcome because of it.
      await pins.durable();
    } catch (error) {
      const why = `${this.#host.name} cannot keep what it must remember of its clients, so it needs looking after (${(error as Error).message})`;
      return refused(why, false);
    }
    return { frame: encodeWelcome(verdict.proof), isWelcome: true };
  }

  /** The connection is over: whatever came before that and was not heard yet is not answered any more. */
  leave(): void {
    this.#isGone = true;
    if (this.#client) this.#door.permissions?.leave(this.#client);
    this.#client = undefined;
  }

  /**
   * Rejects with MalformedBytesError before the handshake is done, with ClientGoneError, and with ServerStoppedError.
   */
  async answer({ server, request }: RequestMessage): Promise<Reply> {
    if (this.#isGone) throw new ClientGoneError();
    if (this.#client === undefined) throw new MalformedBytesError("a request before the handshake was done");
    const { name } = this.#host;
    if (server !== name) return { kind: "rejected", reason: `this is server ${name}, not ${server}` };
    if (this.#client === null && request.kind !== "read") {
      return { kind: "rejected", reason: "this client said that it only reads" };
    }
    const refusal = this.#requestRefusal(request);
    return refusal === null ? this.#host.handle(request) : { kind: "rejected", reason: refusal };
  }

  #certificateRefusal(client: ClientFacts | null): string | null {
    if (this.#certified === null || "distrusted" in this.#certified) return null;
    return this.#door.permissions?.certificateRefusal(client, this.#certified.name) ?? null;
  }

  /** One client on one connection, whatever it says later. */
  #enter(client: ClientFacts | null): string | null {
    if (this.#client !== undefined) {
      return this.#client?.index === client?.index ? null : "a client cannot become another; open another connection";
    }
    const refusal = client === null ? null : (this.#door.permissions?.enter(client) ?? null);
    if (refusal === null) this.#client = client;
    return refusal;
  }

  #requestRefusal(request: Request): string | null {
    const { permissions } = this.#door;
    if (!this.#client || permissions === undefined) return null;
    if (request.kind === "vote") return permissions.voteRefusal(this.#client, request);
    if (request.kind !== "write") return null;
    if (!isRegisterSet(request.registerSet)) return null;
    return permissions.writeRefusal(this.#client, request, this.#host.isUnwritten(request.registerSet));
  }
}

const refused = (reason: string, isFinal: boolean): Answer => ({
  frame: encodeRefusal({ isFinal, reason }),
  isWelcome: false,
});
