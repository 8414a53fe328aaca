/** What carries bytes between clients and servers: plain TCP, or TLS over it (tls.ts). */
import { connect, createServer, type Server, type Socket } from "node:net";

export interface TcpAddress {
  /** The server's name in the quorum table. */
  readonly server: string;
  readonly host: string;
  readonly port: number;
}

/** A client's end. */
export interface Dialer {
  dial(address: TcpAddress): Socket;
  /** What is to be said of an error that trying again does not mend; null for any other. */
  refusalOf(error: NodeJS.ErrnoException, server: string): string | null;
}

/** Whom a certificate is of, or why nobody is to be believed. */
export type Certified = { readonly name: string } | { readonly distrusted: string };

/** A server's end. */
export interface Listener {
  /** Not listening yet. Sockets are handed over ready to be written to. */
  createServer(take: (socket: Socket) => void): Server;
  /** Null where there are no certificates. */
  certified(socket: Socket): Certified | null;
}

export const SOCKET_OPTIONS = { noDelay: true, keepAlive: true } as const;

/** A client may have said all that it has to say, and still want the answer. */
export const SERVER_OPTIONS = { ...SOCKET_OPTIONS, allowHalfOpen: true } as const;

export const PLAIN_DIALER: Dialer = {
  dial: ({ host, port }) => connect({ host, port, ...SOCKET_OPTIONS }),
  refusalOf: () => null,
};

export const PLAIN_LISTENER: Listener = {
  createServer: (take) => createServer(SERVER_OPTIONS, take),
  certified: () => null,
};
