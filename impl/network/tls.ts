/**
 * Mutual TLS: both sides show a certificate of one authority, whose common name is the server's or the client's name.
 */
import type { Socket } from "node:net";
import { connect, createSecureContext, createServer, type PeerCertificate, type TLSSocket } from "node:tls";
import { type Certified, type Dialer, type Listener, SERVER_OPTIONS, SOCKET_OPTIONS } from "./transport.js";

/** PEM texts. */
export interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
  /** Of the authority that signs for all servers and clients. */
  readonly ca: string;
}

/** All who take part are of one program, so there is no older version to speak to. */
const VERSION = { minVersion: "TLSv1.3" } as const;

/** For the handshake of TLS, which comes before that of handshake.ts. */
const TLS_HANDSHAKE_MS = 10_000;

/** The certificate is another server's. */
class OtherServerError extends Error {
  override readonly name = "OtherServerError";
}

/** Throws the errors of OpenSSL for PEM texts that are none, or that do not belong together. */
export function checkTlsIdentity(identity: TlsIdentity): void {
  createSecureContext(identity);
}

/** Servers are told by their names: it does not matter at which address one is. */
export const tlsDialer = (identity: TlsIdentity): Dialer => ({
  dial({ host, port, server }) {
    const checkServerIdentity = (_: string, certificate: PeerCertificate): Error | undefined => {
      const name = commonName(certificate);
      return name === server ? undefined : new OtherServerError(name);
    };
    const { noDelay, keepAlive } = SOCKET_OPTIONS;
    const socket = connect({ host, port, ...identity, ...VERSION, checkServerIdentity });
    return socket.setNoDelay(noDelay).setKeepAlive(keepAlive);
  },
  refusalOf(error, server) {
    if (error instanceof OtherServerError) {
      return `its certificate is of ${error.message}, not of ${server}; mend --at, or give ${server} its own --tls-cert`;
    }
    const { code = "", syscall } = error;
    if (code.startsWith("ERR_SSL_") || code === "EPROTO") {
      return `TLS fails (${code}); does ${server} have --tls-key, --tls-cert and --tls-ca?`;
    }
    // The network's errors are of system calls, or begin so; what is left is what OpenSSL says of a certificate.
    if (syscall !== undefined || code === "" || /^E[A-Z]+$/.test(code) || code.startsWith("ERR_")) return null;
    return `its certificate is not to be trusted (${code}); give ${server} and this client certificates that their --tls-ca has signed`;
  },
});

export const tlsListener = (identity: TlsIdentity): Listener => ({
  createServer(take) {
    // Whoever has no good certificate is told so in words, by the one who takes the socket.
    const trust = { requestCert: true, rejectUnauthorized: false, handshakeTimeout: TLS_HANDSHAKE_MS };
    return createServer({ ...identity, ...VERSION, ...trust, ...SERVER_OPTIONS }, take);
  },
  certified: (socket) => certifiedBy(socket as Socket & TLSSocket),
});

function certifiedBy(socket: TLSSocket): Certified {
  const certificate: Partial<PeerCertificate> | null = socket.getPeerCertificate();
  if (certificate?.subject === undefined) return { distrusted: "it has none" };
  if (!socket.authorized) return { distrusted: String(socket.authorizationError) };
  return { name: commonName(certificate as PeerCertificate) };
}

function commonName({ subject }: PeerCertificate): string {
  const { CN } = subject as { CN?: string | string[] };
  return typeof CN === "string" ? CN : "nobody in particular";
}
