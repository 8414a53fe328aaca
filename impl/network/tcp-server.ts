/**
 * Serves one host's registers over TCP. No client can keep others waiting or take much memory: connections, their idle time and
 * what is kept of a frame that has not come whole are bounded, and a long reply waits until it is taken, so that others have
 * their turn.
 */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { MalformedBytesError } from "../encoding/bytes.js";
import { FrameDecoder } from "../encoding/frames.js";
import { isHandshake } from "../encoding/handshake-messages.js";
import { decodeRequest, encodeReply, REQUEST_BYTES_MAX } from "../encoding/messages.js";
import { type ServerHost, ServerStoppedError } from "../storage/server-host.js";
import { type Door, Doorkeeper } from "./doorkeeper.js";

export interface ListenOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
}

/** Connections beyond are closed at once. */
const CONNECTIONS_MAX = 500;

/** A connection on which nothing moves for so long is closed: clients dial again when they have something to ask. */
const IDLE_MS = 600_000;

/** Whoever is not welcome by then is turned away. */
const HANDSHAKE_MS = 10_000;

export interface TcpServer {
  /** Where it really listens. */
  readonly address: ListenOptions;

  /** Stops listening and drops every connection; the host stays open. */
  close(): Promise<void>;
}

/** Resolves once it listens; rejects if it cannot (EADDRINUSE, …). */
export async function serveTcp(host: ServerHost, door: Door, listen: ListenOptions): Promise<TcpServer> {
  const sockets = new Set<Socket>();
  // A client may have said all that it has to say, and still want the answer.
  const server = createServer({ noDelay: true, keepAlive: true, allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    // Reported by the loop below too, but an "error" event without a listener ends the process.
    socket.on("error", () => {});
    void serveConnection(socket, new Doorkeeper(host, door));
  });
  server.maxConnections = CONNECTIONS_MAX;
  await listening(server, listen);
  const { address, port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { address: { host: address, port }, close };
}

/**
 * Answers one connection's requests, one after the other: reading on only when the last reply was taken keeps the memory
 * that a connection can claim to about one frame each way. Other connections share its syncs all the same.
 */
async function serveConnection(socket: Socket, doorkeeper: Doorkeeper): Promise<void> {
  const decoder = new FrameDecoder(REQUEST_BYTES_MAX);
  const outside = setTimeout(() => socket.destroy(), HANDSHAKE_MS);
  socket.on("close", () => clearTimeout(outside));
  try {
    socket.write(doorkeeper.greeting);
    // Not destroyed when the client has said all: the last answers may still be on their way.
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      for (const body of decoder.push(chunk as Buffer)) {
        // A client that is gone does not wait for what it asked.
        if (socket.destroyed) return;
        const { frame, isWelcome } = isHandshake(body)
          ? await doorkeeper.hear(body)
          : { frame: await replyTo(body, doorkeeper), isWelcome: true };
        // Time is left to read why.
        if (!isWelcome) return void socket.end(frame).resume();
        clearTimeout(outside);
        if (!socket.write(frame)) await drained(socket);
      }
    }
    socket.end();
  } catch (error) {
    socket.destroy();
    if (!isExpected(error)) throw error;
  }
}

async function replyTo(body: Buffer, doorkeeper: Doorkeeper): Promise<Buffer> {
  const message = decodeRequest(body);
  return encodeReply({ id: message.id, reply: await doorkeeper.answer(message) });
}

/** A peer that sends nonsense or goes away, a host that has stopped: the connection ends, the process goes on. */
const isExpected = (error: unknown): boolean =>
  error instanceof MalformedBytesError ||
  error instanceof ServerStoppedError ||
  (error instanceof Error && "code" in error);

const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    const done = () => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.on("drain", done);
    socket.on("close", done);
  });

const listening = (server: Server, { host, port }: ListenOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
