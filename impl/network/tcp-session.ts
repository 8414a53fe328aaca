/** One TCP connection of a client: it begins with the handshake, and ends with the first thing that goes wrong. */
import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { MalformedBytesError } from "../encoding/bytes.js";
import { FrameDecoder } from "../encoding/frames.js";
import {
  type ClientFacts,
  decodeGreeting,
  decodeServerAnswer,
  encodeHello,
  isHandshake,
  isRefusal,
  type KnownServer,
  NONCE_BYTES,
  signedFrame,
} from "../encoding/handshake-messages.js";
import type { TableIdentity } from "../encoding/table-identity.js";
import { ConnectionError, MismatchError } from "./connection.js";
import { answerRefusal } from "./handshake.js";
import type { Membership } from "./membership.js";
import { proofOf, type Token } from "./token.js";
import { type Dialer, PLAIN_DIALER, type TcpAddress } from "./transport.js";

/** As whom a client connects. */
export interface Party {
  readonly table: TableIdentity;
  /** Null for one who only reads. */
  readonly client: ClientFacts | null;
  readonly membership: Membership;
  readonly token?: Token | null;
  /** Plain TCP unless given. */
  readonly dialer?: Dialer;
}

export interface SessionEvents {
  /** The body of a reply. */
  readonly onReply: (body: Buffer) => void;
  /** It is over; at most once. */
  readonly onLost: (error: ConnectionError | MismatchError) => void;
}

/** A hello that was said and not answered. */
interface Said {
  readonly hello: Buffer;
  readonly known: readonly KnownServer[];
}

export class TcpSession {
  readonly #address: TcpAddress;
  readonly #party: Party;
  readonly #events: SessionEvents;
  readonly #socket: Socket;
  #greeting: Buffer | null = null;
  #said: Said | null = null;
  #isOver = false;
  #isWelcome = false;
  #welcomed: () => void = () => {};
  readonly #welcome = new Promise<void>((resolve) => {
    this.#welcomed = resolve;
  });

  constructor(address: TcpAddress, party: Party, events: SessionEvents) {
    this.#address = address;
    this.#party = party;
    this.#events = events;
    const { dialer = PLAIN_DIALER } = party;
    this.#socket = dialer.dial(address);
    const decoder = new FrameDecoder();
    this.#socket.on("data", (chunk: Buffer) => {
      try {
        for (const body of decoder.push(chunk)) this.#hear(body);
      } catch (error) {
        this.#end(this.#whyItEnds(error));
      }
    });
    this.#socket.on("error", (error: NodeJS.ErrnoException) => {
      const refusal = dialer.refusalOf(error, address.server);
      this.#end(refusal === null ? this.#failure(describe(error)) : this.#mismatch(refusal));
    });
    this.#socket.on("close", () => this.#end(this.#failure("connection lost")));
  }

  /** Whether the server has welcomed a hello. */
  get isWelcome(): boolean {
    return this.#isWelcome;
  }

  /** Whether somebody is there, and has not said a word. */
  get isSilent(): boolean {
    return this.#greeting === null && this.#socket.readyState === "open";
  }

  /** Resolves when the server has welcomed a hello; never, if it does not. */
  get welcome(): Promise<void> {
    return this.#welcome;
  }

  /** Says hello, as soon as the server has greeted, unless an answer to one is due. */
  introduce(): void {
    if (this.#greeting === null || this.#said !== null) return;
    const { table, client, membership, token = null } = this.#party;
    const { known } = membership;
    const nonce = randomBytes(NONCE_BYTES).toString("hex");
    const hello = encodeHello({ nonce, server: this.#address.server, table, client, known });
    this.#said = { hello, known };
    this.#socket.write(signedFrame(hello, token === null ? null : proofOf(token, "client", this.#greeting, hello)));
  }

  write(frame: Uint8Array): void {
    this.#socket.write(frame);
  }

  /** Without a word to whoever listens to its events. */
  destroy(): void {
    this.#isOver = true;
    this.#socket.destroy();
  }

  #hear(body: Buffer): void {
    if (this.#greeting === null && !isRefusal(body)) this.#hearGreeting(body);
    else if (isHandshake(body)) this.#hearAnswer(body);
    else if (this.#isWelcome) this.#events.onReply(body);
    else throw new MalformedBytesError("a reply before the handshake was done");
  }

  #hearGreeting(body: Buffer): void {
    const { membership } = this.#party;
    const refusal = membership.meet(decodeGreeting(body), this.#address.server);
    if (refusal !== null) throw this.#mismatch(refusal);
    this.#greeting = Buffer.from(body);
    void membership.gathered().then(() => this.introduce());
  }

  #hearAnswer(body: Buffer): void {
    const answer = decodeServerAnswer(body);
    // A refusal may come unasked, a welcome may not.
    if (answer.kind === "refusal" && !answer.isFinal) throw this.#failure(answer.reason);
    if (answer.kind === "refusal") throw this.#mismatch(answer.reason);
    const greeting = this.#greeting;
    if (this.#said === null || greeting === null) throw new MalformedBytesError("a welcome that nobody waits for");
    const { hello, known } = this.#said;
    const { membership, token = null } = this.#party;
    const { server } = this.#address;
    const refusal = answerRefusal(answer, { server, token, greeting, hello });
    if (refusal !== null) throw this.#mismatch(refusal);
    this.#said = null;
    this.#isWelcome = true;
    this.#welcomed();
    membership.welcomed(server, known);
  }

  /** Throws what is a fault of this process. */
  #whyItEnds(error: unknown): ConnectionError | MismatchError {
    if (error instanceof ConnectionError || error instanceof MismatchError) return error;
    if (error instanceof MalformedBytesError) return this.#failure(`the server sent nonsense: ${error.message}`);
    throw error;
  }

  #mismatch(why: string): MismatchError {
    return new MismatchError(this.#sentence(why));
  }

  #failure(why: string): ConnectionError {
    return new ConnectionError(this.#sentence(why));
  }

  #end(error: ConnectionError | MismatchError): void {
    if (this.#isOver) return;
    this.destroy();
    const { membership } = this.#party;
    if (error instanceof MismatchError) membership.stop(error);
    else membership.unreachable(this.#address.server);
    this.#events.onLost(error);
  }

  #sentence(why: string): string {
    const { server, host, port } = this.#address;
    return `${server} at ${host}:${port}: ${why}`;
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  EMFILE: "this process has too many files open; raise the limit (ulimit -n)",
  ENFILE: "the system has too many files open; close some, or raise its limit",
};

const describe = ({ code, message }: NodeJS.ErrnoException): string =>
  SENTENCES[code ?? ""] ?? (message || (code ?? "connection failed"));
