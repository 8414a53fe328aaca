/** A client's connection to one server over TCP: dialled when first needed, and again after it was lost. */
import { connect, type Socket } from "node:net";
import type { Reply, Request } from "../core/protocol.js";
import { MalformedBytesError } from "../encoding/bytes.js";
import { FrameDecoder } from "../encoding/frames.js";
import { decodeReply, encodeRequest } from "../encoding/messages.js";
import { type Connection, ConnectionError, type RequestOptions } from "./connection.js";

export interface TcpAddress {
  /** The server's name in the quorum table. */
  readonly server: string;
  readonly host: string;
  readonly port: number;
}

const DEFAULT_TIMEOUT_MS = 1000;

/** A request that waits for its reply. */
interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

export class TcpConnection implements Connection {
  readonly server: string;
  readonly #address: TcpAddress;
  readonly #waiting = new Map<number, Waiting>();
  #socket: Socket | null = null;
  #nextId = 0;
  #closed = false;

  constructor(address: TcpAddress) {
    this.server = address.server;
    this.#address = address;
  }

  /** See Connection. Throws RangeError for a request that cannot be carried. */
  async request(request: Request, options: RequestOptions = {}): Promise<Reply> {
    const { timeout_ms = DEFAULT_TIMEOUT_MS, signal } = options;
    signal?.throwIfAborted();
    if (this.#closed) throw this.#error("this connection has been closed");
    const id = this.#nextId++;
    const frame = encodeRequest({ id, server: this.server, request });
    let release = () => {};
    try {
      return await new Promise<Reply>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        const onAbort = () => reject(signal!.reason);
        const timer = setTimeout(() => reject(this.#timedOut(timeout_ms)), timeout_ms);
        signal?.addEventListener("abort", onAbort, { once: true });
        release = () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", onAbort);
        };
        this.#dial().write(frame);
      });
    } finally {
      release();
      this.#waiting.delete(id);
    }
  }

  close(): void {
    this.#closed = true;
    this.#drop("this connection has been closed");
  }

  #dial(): Socket {
    if (this.#socket !== null) return this.#socket;
    const { host, port } = this.#address;
    const socket = connect({ host, port, noDelay: true, keepAlive: true });
    const decoder = new FrameDecoder();
    const lost = (why: string) => {
      // A socket that was replaced has nothing to say about the requests of its successor.
      if (this.#socket === socket) this.#drop(why);
    };
    socket.on("data", (chunk: Buffer) => {
      try {
        for (const body of decoder.push(chunk)) this.#settle(body);
      } catch (error) {
        if (!(error instanceof MalformedBytesError)) throw error;
        lost(`the server sent nonsense: ${error.message}`);
      }
    });
    socket.on("error", (error: NodeJS.ErrnoException) => lost(describe(error)));
    socket.on("close", () => lost("connection lost"));
    this.#socket = socket;
    return socket;
  }

  /** A reply that is no longer waited for is dropped: its request was sent again, or given up. */
  #settle(body: Buffer): void {
    const { id, reply } = decodeReply(body);
    this.#waiting.get(id)?.resolve(reply);
  }

  #drop(why: string): void {
    this.#socket?.destroy();
    this.#socket = null;
    const error = this.#error(why);
    for (const { reject } of this.#waiting.values()) reject(error);
  }

  /**
   * Silence may mean a connection that is dead without knowing it (the other machine lost power), so the next request
   * dials afresh. Others that wait on the connection are told, and may be repeated: requests are idempotent.
   */
  #timedOut(timeout_ms: number): ConnectionError {
    const why = `no answer within ${timeout_ms} ms`;
    this.#drop(why);
    return this.#error(why);
  }

  #error(why: string): ConnectionError {
    return new ConnectionError(`${this.server} at ${this.#address.host}:${this.#address.port}: ${why}`);
  }
}

const describe = (error: NodeJS.ErrnoException): string =>
  error.code === "ECONNREFUSED" ? "connection refused" : error.message || (error.code ?? "connection failed");
