/**
 * A TCP proxy between one client and one server that lets no frame through by itself: it holds every one, in both
 * directions, until it is told to deliver it, again or for the first time, in any order. A frame never delivered is
 * lost.
 *
 * So one decides what the network does, and the bytes are still those that real clients and servers wrote. Handshakes
 * pass: a client makes one with the server as it runs when the client connects, and the proxy makes it again, in the
 * client's words, with a server that was restarted.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { encodeFrame, FrameDecoder } from "../../../impl/encoding/frames.js";
import { isHandshake } from "../../../impl/encoding/handshake-messages.js";
import { decodeReply, decodeRequest, type ReplyMessage, type RequestMessage } from "../../../impl/encoding/messages.js";
import { ConnectionError } from "../../../impl/network/connection.js";
import type { ListenOptions } from "../../../impl/network/tcp-server.js";
import { FrameQueue } from "./frame-queue.js";

/** A request is on its way to the server, a reply to the client. */
export type Direction = "request" | "reply";

/** A frame that the proxy holds: it can be delivered any number of times. */
export interface HeldFrame<Message = RequestMessage | ReplyMessage> {
  readonly direction: Direction;
  /** The whole frame, header included, as it came. */
  readonly bytes: Buffer;
  readonly message: Message;
  /** The connection that the client sent it, or its request, on. Replies go back to that one or nowhere. */
  readonly link: Link;
}

/**
 * One connection of the client, and the proxy's own to the server on its behalf: either may be gone while the other
 * lives.
 */
interface Link {
  readonly client: Socket;
  server: ServerEnd | null;
  /** The client's hello, once it was said. */
  hello: Buffer | null;
}

interface ServerEnd {
  readonly socket: Socket;
  readonly address: ListenOptions;
  /** Whether requests may be sent: the server has answered the hello. */
  readonly isReady: Promise<boolean>;
}

export class FrameProxy {
  readonly #listener: Server;
  readonly #serverAddress: () => ListenOptions;
  readonly #links = new Set<Link>();
  readonly #requests = new FrameQueue<HeldFrame<RequestMessage>>();
  readonly #replies = new FrameQueue<HeldFrame<ReplyMessage>>();

  private constructor(listener: Server, serverAddress: () => ListenOptions) {
    this.#listener = listener;
    this.#serverAddress = serverAddress;
    listener.on("connection", (socket) => this.#accept(socket));
  }

  /**
   * Listens on any free port of the loopback interface. `serverAddress` is asked before every delivery to the server;
   * it must return a new object after every restart, even when the port is the same.
   */
  static async listen(serverAddress: () => ListenOptions): Promise<FrameProxy> {
    const listener = createServer({ noDelay: true });
    const proxy = new FrameProxy(listener, serverAddress);
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    return proxy;
  }

  /** Where the client has to connect to. */
  get address(): ListenOptions {
    const { address, port } = this.#listener.address() as AddressInfo;
    return { host: address, port };
  }

  /**
   * The next request that the client sent, in the order of arrival; each comes once. Rejects with ConnectionError if
   * none comes.
   */
  nextRequest(timeout_ms: number): Promise<HeldFrame<RequestMessage>> {
    return this.#requests.next(timeout_ms);
  }

  /**
   * The next reply that the server sent, likewise; rejects at once where no connection to the server could bring one.
   */
  async nextReply(timeout_ms: number): Promise<HeldFrame<ReplyMessage>> {
    const isConnected = [...this.#links].some(({ server }) => server !== null && !server.socket.closed);
    if (!isConnected && this.waiting("reply") === 0) throw new ConnectionError("the server closed the connection");
    return this.#replies.next(timeout_ms);
  }

  /** How many frames of a direction have arrived that were not asked for yet. */
  waiting(direction: Direction): number {
    return direction === "request" ? this.#requests.length : this.#replies.length;
  }

  /**
   * Writes the frame, byte for byte, to the one that it is for. Resolves with whether there was anybody: not when the
   * server does not listen, or the client has closed its connection.
   */
  async deliver({ direction, bytes, link }: HeldFrame): Promise<boolean> {
    const socket = direction === "reply" ? link.client : await this.#reachServer(link);
    if (socket === null || !socket.writable) return false;
    return new Promise((resolve) => socket.write(bytes, (error) => resolve(!error)));
  }

  /**
   * Drops every connection and stops listening. Whoever waits for a frame is told that none will come. May be called
   * again.
   */
  async close(): Promise<void> {
    if (!this.#listener.listening) return;
    for (const { client, server } of this.#links) {
      client.destroy();
      server?.socket.destroy();
    }
    this.#requests.fail("the proxy has been closed");
    this.#replies.fail("the proxy has been closed");
    this.#listener.close();
    await once(this.#listener, "close");
  }

  #accept(client: Socket): void {
    const link: Link = { client, server: null, hello: null };
    this.#links.add(link);
    this.#read(client, this.#requests, (body) => {
      if (!isHandshake(body)) return hold("request", body, decodeRequest(body), link);
      link.hello = encodeFrame(body);
      link.server?.socket.write(link.hello);
      return null;
    });
    this.#dial(link, this.#serverAddress());
  }

  /**
   * The connection to the server as it runs now, dialled if need be, and past its handshake; null if it does not
   * listen.
   */
  async #reachServer(link: Link): Promise<Socket | null> {
    const address = this.#serverAddress();
    // One to an earlier run of the server is dead, even if this process has not been told yet.
    if (link.server !== null && link.server.address !== address) link.server.socket.destroy();
    const { socket, isReady } = link.server?.socket.writable ? link.server : this.#dial(link, address);
    return (await isReady) ? socket : null;
  }

  /** What the server says of the handshake goes to the client, unless the client has been through it. */
  #dial(link: Link, address: ListenOptions): ServerEnd {
    const { hello } = link;
    const socket = connect({ ...address, noDelay: true });
    let answer = (_isReady: boolean) => {};
    const answered = new Promise<boolean>((resolve) => {
      answer = resolve;
    });
    const isReady =
      hello === null
        ? once(socket, "connect").then(
            () => true,
            () => false,
          )
        : answered;
    const end: ServerEnd = { socket, address, isReady };
    link.server = end;
    let heard = 0;
    this.#read(socket, this.#replies, (body) => {
      if (!isHandshake(body)) return hold("reply", body, decodeReply(body), link);
      heard++;
      if (hello === null) link.client.write(encodeFrame(body));
      // First comes the greeting, then the answer to the hello.
      else if (heard === 2) answer(true);
      return null;
    });
    if (hello !== null) socket.write(hello);
    socket.on("close", () => {
      answer(false);
      // A connection to an earlier run says nothing about the replies of the present one.
      if (address === this.#serverAddress()) this.#replies.interrupt("the server closed the connection");
    });
    return end;
  }

  /**
   * Cuts what the socket brings into frames. Nonsense ends the connection and all waiting: nothing after it can be
   * read.
   */
  #read<Frame>(socket: Socket, queue: FrameQueue<Frame>, hold: (body: Buffer) => Frame | null): void {
    const decoder = new FrameDecoder();
    socket.on("data", (chunk: Buffer) => {
      try {
        for (const body of decoder.push(chunk)) {
          const frame = hold(body);
          if (frame !== null) queue.add(frame);
        }
      } catch (error) {
        queue.fail(`nonsense was sent: ${(error as Error).message}`);
        socket.destroy();
      }
    });
    // Followed by "close"; without a listener it would end the process.
    socket.on("error", () => {});
  }
}

/**
 * A header says nothing but its body's length and checksum, which the decoder has checked: encoding gives the very
 * bytes back.
 */
const hold = <Message>(direction: Direction, body: Buffer, message: Message, link: Link): HeldFrame<Message> => ({
  direction,
  bytes: encodeFrame(body),
  message,
  link,
});
