/** Lets clients in over one connection of a server: none is answered before its hello was welcomed. */
import { randomBytes } from "node:crypto";
import type { Reply } from "../core/protocol.js";
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
import type { Token } from "./token.js";

/** What a server holds its clients to. */
export interface Door {
  readonly pins: PinStore<ServerPins>;
  readonly token?: Token | null;
}

export interface Answer {
  readonly frame: Buffer;
  readonly isWelcome: boolean;
}

export class Doorkeeper {
  readonly #host: ServerHost;
  readonly #door: Door;
  readonly #greeting: Buffer;
  /** Undefined before it was welcomed, null for one who only reads. */
  #client: ClientFacts | null | undefined;

  constructor(host: ServerHost, door: Door) {
    this.#host = host;
    this.#door = door;
    const nonce = randomBytes(NONCE_BYTES).toString("hex");
    this.#greeting = encodeGreeting({ nonce, server: host.name, incarnation: host.incarnation });
  }

  /** A frame: what the server says first. */
  get greeting(): Buffer {
    return encodeFrame(this.#greeting);
  }

  /** Takes a message of the handshake. Throws MalformedBytesError. */
  async hear(body: Buffer): Promise<Answer> {
    const hello = decodeHello(body);
    const { pins, token = null } = this.#door;
    const verdict = judgeHello(hello, pins.pins, this.#greeting, token);
    if ("refusal" in verdict) return refused(verdict.refusal, true);
    if (verdict.pins !== pins.pins) pins.replace(verdict.pins);
    try {
      // Also what others have pinned a moment ago: this client is welcome because of it.
      await pins.durable();
    } catch (error) {
      const why = `${this.#host.name} cannot keep what it must remember of its clients: ${(error as Error).message}`;
      return refused(why, false);
    }
    this.#client = hello.said.client;
    return { frame: encodeWelcome(verdict.proof), isWelcome: true };
  }

  /** Throws MalformedBytesError before the handshake is done, and ServerStoppedError. */
  async answer({ server, request }: RequestMessage): Promise<Reply> {
    if (this.#client === undefined) throw new MalformedBytesError("a request before the handshake was done");
    const { name } = this.#host;
    if (server !== name) return { kind: "rejected", reason: `this is server ${name}, not ${server}` };
    if (this.#client === null && request.kind !== "read") {
      return { kind: "rejected", reason: "this client said that it only reads" };
    }
    return this.#host.handle(request);
  }
}

const refused = (reason: string, isFinal: boolean): Answer => ({
  frame: encodeRefusal({ isFinal, reason }),
  isWelcome: false,
});
