/**
 * How a connection begins: server and client make sure that they belong together, before the first request.
 *
 * Every argument for agreement takes for granted that all have one table, that no two clients share a number, and that
 * a name stands for one server with one memory. Nothing in the protocol notices when that is not so. So each side
 * remembers whom it met first (its pins), and refuses whoever does not fit: with a sentence, and for good. No clocks,
 * no sockets, no disks here.
 *
 *     server → client  greeting: who it is
 *     client → server  hello: who it is, its table, and which servers it works with
 *     server → client  welcome, once what it learned is durable; or refusal
 */
import { UNNUMBERED_CLIENTS } from "../core/ownership.js";
import type { Greeting, Hello, KnownServer, ServerAnswer, Signed } from "../encoding/handshake-messages.js";
import { type ServerPins, shortly } from "../encoding/pins.js";
import { isProof, proofOf, type Token } from "./token.js";

/** A client is remembered for ever, and memory is not endless. */
export const CLIENTS_MAX = 65_536;

/** Why a server turns a client away, for the person at the client. */
export interface Refused {
  readonly refusal: string;
}

/** What the server holds others to from now on. */
export interface Accepted {
  readonly pins: ServerPins;
  /** In hexadecimal; null without a token. */
  readonly proof: string | null;
}

/** What a server makes of a hello. `greeting`: the body that it sent on this connection. */
export function judgeHello(
  { said, proof, bytes }: Signed<Hello>,
  pins: ServerPins,
  greeting: Buffer,
  token: Token | null,
): Refused | Accepted {
  const refusal = (token === null ? null : proofRefusal(proof, token, greeting, bytes, pins)) ?? refusalOf(said, pins);
  if (refusal !== null) return { refusal };
  return { pins: learned(said, pins), proof: token === null ? null : proofOf(token, "server", greeting, bytes) };
}

function proofRefusal(proof: string | null, token: Token, greeting: Buffer, hello: Buffer, pins: ServerPins) {
  if (proof === null) return `${pins.server} asks for a token; give this client the servers' token with --token-file`;
  if (isProof(proof, proofOf(token, "client", greeting, hello))) return null;
  return `${pins.server} has another token than this client; give both the same --token-file`;
}

/** What a server that has met these before has against a hello; null for nothing. */
export const refusalOf = (hello: Hello, pins: ServerPins): string | null =>
  serverRefusal(hello, pins) ?? tableRefusal(hello, pins) ?? clientRefusal(hello, pins) ?? peerRefusal(hello, pins);

function serverRefusal({ server }: Hello, pins: ServerPins): string | null {
  return server === pins.server ? null : `this is server ${pins.server}, not ${server}; mend --at`;
}

function tableRefusal({ table }: Hello, { server, table: mine }: ServerPins): string | null {
  if (table.hash === mine.hash) return null;
  return `the tables differ in meaning: ${server} serves ${mine.name} (${shortly(mine.hash)}), this client has ${table.name} (${shortly(table.hash)}); give this client the servers' table with --table`;
}

function clientRefusal({ client }: Hello, { server, clientCount, clients }: ServerPins): string | null {
  if (client === null) return null;
  const { index, count, identity } = client;
  if (clientCount !== null && clientCount !== count) {
    return `${server} knows ${clientsPhrase(clientCount)}, and this client says that there are ${clientsPhrase(count)}; give every client of these servers the same --clients, always`;
  }
  const known = clients.get(index);
  if (known === undefined && clients.size >= CLIENTS_MAX) {
    return `${server} remembers ${CLIENTS_MAX.toLocaleString("en")} clients and can remember no more; use the directory of one of them, with --data`;
  }
  if (known === undefined || known === identity) return null;
  return `client ${index} is one that ${server} knows from another directory (${shortly(known)}, this one is ${shortly(identity)}); no two clients may share a number: give this one the directory that client ${index} has had, with --data, or another number`;
}

const clientsPhrase = (count: number): string =>
  count === UNNUMBERED_CLIENTS
    ? "clients that draw their numbers"
    : `${count} numbered client${count === 1 ? "" : "s"}`;

/** The servers that a client works with must be those that the clients before it worked with. */
function peerRefusal({ known }: Hello, pins: ServerPins): string | null {
  for (const { server, incarnation } of known) {
    const mine = server === pins.server ? pins.incarnation : pins.peers.get(server);
    if (mine === undefined || mine === incarnation) continue;
    return server === pins.server
      ? anotherServer(server, incarnation, pins.incarnation)
      : `${pins.server} is in one cluster with ${server} ${shortly(mine)}, and this client speaks to ${server} ${shortly(incarnation)}: servers of two clusters are mixed, then mend --at; or ${server} has lost its data and was begun anew, then stop it and start it from its old directory`;
  }
  return null;
}

function learned({ client, known }: Hello, pins: ServerPins): ServerPins {
  const isNewClient = client !== null && !pins.clients.has(client.index);
  // Names that the table does not have would only take room.
  const isPeer = (server: string) => server !== pins.server && pins.servers.includes(server);
  const newPeers = known.filter(({ server }) => isPeer(server) && !pins.peers.has(server));
  if (!isNewClient && newPeers.length === 0) return pins;
  const peers = new Map([...pins.peers, ...newPeers.map(({ server, incarnation }) => [server, incarnation] as const)]);
  if (!isNewClient) return { ...pins, peers };
  const clients = new Map(pins.clients).set(client.index, client.identity);
  return { ...pins, peers, clients, clientCount: client.count };
}

/**
 * What a client makes of a greeting: null, or why it must stop. `pinned`: the incarnation that it met first, if it did.
 */
export function greetingRefusal(greeting: Greeting, expected: string, pinned: string | undefined): string | null {
  const { server, incarnation } = greeting;
  if (server !== expected) return `this is server ${server}, not ${expected}; mend --at`;
  return pinned === undefined || pinned === incarnation ? null : anotherServer(server, pinned, incarnation);
}

/** What a client makes of the answer to its hello: null, or why it must stop. */
export function answerRefusal(
  answer: ServerAnswer,
  { server, token, greeting, hello }: { server: string; token: Token | null; greeting: Buffer; hello: Buffer },
): string | null {
  if (answer.kind === "refusal") return answer.reason;
  if (token === null || isProof(answer.proof, proofOf(token, "server", greeting, hello))) return null;
  return answer.proof === null
    ? `${server} does not know of any token; start it with the --token-file of this client, or mend --at`
    : `${server} has another token than this client; give both the same --token-file`;
}

const anotherServer = (server: string, met: string, now: string): string =>
  `this client has met ${server} as ${shortly(met)}, and this is ${server} ${shortly(now)}: it has lost its data and was begun anew, then stop it and start it from its old directory; or it is of another cluster, then mend --at, or give this client another directory with --data`;

/** Whether a client has told the server everything that it knows, as its pins say. */
export const hasHeard = (told: readonly string[], known: readonly KnownServer[]): boolean =>
  known.every(({ server }) => told.includes(server));
