/**
 * Serves one host's registers over TCP. No client can keep others waiting or take much memory: connections, their idle
 * time, the time of a frame to come whole and what is kept of it are bounded, as is the work for a request; after each,
 * others have their turn, and nothing more is done for a client that does not take what it asked for.
 */
import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { MalformedBytesError } from "../encoding/bytes.js";
import { FrameDecoder } from "../encoding/frames.js";
import { isHandshake } from "../encoding/handshake-messages.js";
import { decodeRequest, encodeReply, REQUEST_BYTES_MAX } from "../encoding/messages.js";
import { type ServerHost, ServerStoppedError } from "../storage/server-host.js";
import { ClientGoneError, type Door, Doorkeeper } from "./doorkeeper.js";
import { PLAIN_LISTENER } from "./transport.js";

export interface ListenOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
}

export interface Limits {
  /** With one more, the connection closes that has been silent for longest: holding many of them keeps no other out. */
  readonly connections_max: number;
  /** A connection on which nothing moves for so long is closed: clients dial again when they have something to ask. */
  readonly idle_ms: number;
  /** For a request to come whole once it has begun, and for a client to take some of a reply that waits for it. */
  readonly stalled_ms: number;
  /** For a client to be welcome. */
  readonly handshake_ms: number;
}

const LIMITS: Limits = { connections_max: 500, idle_ms: 600_000, stalled_ms: 30_000, handshake_ms: 10_000 };

export interface TcpServer {
  /** Where it really listens. */
  readonly address: ListenOptions;

  /** Stops listening and drops every connection; the host stays open. */
  close(): Promise<void>;
}

/** Resolves once it listens; rejects if it cannot (EADDRINUSE, …). */
export async function serveTcp(
  host: ServerHost,
  door: Door,
  listen: ListenOptions,
  limits = LIMITS,
): Promise<TcpServer> {
  const sockets = new Set<Socket>();
  const { listener = PLAIN_LISTENER } = door;
  const server = listener.createServer((socket) => {
    sockets.add(socket);
    if (sockets.size > limits.connections_max) sockets.values().next().value!.destroy();
    socket.setTimeout(limits.idle_ms, () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    // Reported by the loop below too, but an "error" event without a listener ends the process.
    socket.on("error", () => {});
    const doorkeeper = new Doorkeeper(host, door, listener.certified(socket));
    socket.on("close", () => doorkeeper.leave());
    void serveConnection(socket, doorkeeper, limits, () => {
      // So the first of them is the one that has been silent for longest.
      if (sockets.delete(socket)) sockets.add(socket);
    });
  });
  // Below TLS there are connections that were not handed over: they cannot be many, and end with the others.
  const carriers = new Set<Socket>();
  server.maxConnections = 2 * limits.connections_max;
  server.on("connection", (carrier: Socket) => {
    carriers.add(carrier);
    carrier.on("close", () => carriers.delete(carrier));
  });
  await listening(server, listen);
  const { address, port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of [...sockets, ...carriers]) socket.destroy();
    });
  return { address: { host: address, port }, close };
}

/**
 * Answers one connection's requests, one after the other: reading on only when the last reply was taken keeps the
 * memory that a connection can claim to about one frame each way. Other connections share its syncs all the same.
 */
async function serveConnection(
  socket: Socket,
  doorkeeper: Doorkeeper,
  limits: Limits,
  onHeard: () => void,
): Promise<void> {
  const decoder = new FrameDecoder(REQUEST_BYTES_MAX);
  let stalled: NodeJS.Timeout | undefined;
  const outside = setTimeout(() => socket.destroy(), limits.handshake_ms);
  const gone = new AbortController();
  socket.on("close", () => {
    clearTimeout(outside);
    gone.abort();
  });
  try {
    const { greeting } = doorkeeper;
    if (!greeting.isWelcome) return void socket.end(greeting.frame).resume();
    socket.write(greeting.frame);
    // Not destroyed when the client has said all: the last answers may still be on their way.
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      onHeard();
      const bodies = decoder.push(chunk as Buffer);
      if (bodies.length > 0) clearTimeout(stalled);
      for (const body of bodies) {
        await othersTurn();
        const { frame, isWelcome } = isHandshake(body)
          ? await doorkeeper.hear(body)
          : { frame: await replyTo(body, doorkeeper), isWelcome: true };
        // Time is left to read why.
        if (!isWelcome) return void socket.end(frame).resume();
        clearTimeout(outside);
        if (!socket.write(frame)) await drained(socket, gone.signal, limits);
      }
      if (bodies.length > 0) stalled = undefined;
      if (decoder.isWithinFrame) stalled ??= setTimeout(() => socket.destroy(), limits.stalled_ms);
    }
    socket.end();
  } catch (error) {
    socket.destroy();
    if (!isExpected(error)) throw error;
  } finally {
    clearTimeout(stalled);
  }
}

/** Requests that came in one piece would else be answered at one go. */
const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function replyTo(body: Buffer, doorkeeper: Doorkeeper): Promise<Buffer> {
  const message = decodeRequest(body);
  return encodeReply({ id: message.id, reply: await doorkeeper.answer(message) });
}

/** A peer that sends nonsense or goes away, a host that has stopped: the connection ends, the process goes on. */
const isExpected = (error: unknown): boolean =>
  error instanceof MalformedBytesError ||
  error instanceof ClientGoneError ||
  error instanceof ServerStoppedError ||
  (error instanceof Error && "code" in error);

/** Rejects once the client is gone, as it is when it takes nothing for long. */
async function drained(socket: Socket, gone: AbortSignal, { stalled_ms, idle_ms }: Limits): Promise<void> {
  socket.setTimeout(stalled_ms);
  await once(socket, "drain", { signal: gone });
  socket.setTimeout(idle_ms);
}

const listening = (server: Server, { host, port }: ListenOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
