/**
 * What servers and clients remember of each other, as text. Two lines: what it is, with the CRC-32 of the second line,
 * and JSON.
 *
 * A pin is made when something is first met, and compared ever after (network/handshake.ts).
 */
import { crc32 } from "node:zlib";
import type { TableIdentity } from "./table-identity.js";

/** What a server holds others to. */
export interface ServerPins {
  readonly server: string;
  /** Of the log beside it. */
  readonly incarnation: string;
  readonly table: TableIdentity;
  /** All of the table. */
  readonly servers: readonly string[];
  /** How many clients take turns; null before the first one came. */
  readonly clientCount: number | null;
  /** The identity of each client, by its number. */
  readonly clients: ReadonlyMap<number, string>;
  /** The incarnation of each of the other servers, by its name. */
  readonly peers: ReadonlyMap<string, string>;
}

/** A server as a client has pinned it. */
export interface PinnedServer {
  readonly incarnation: string;
  /** The servers that the client had met when this one welcomed it: it has pinned them too. */
  readonly told: readonly string[];
}

/** What a client holds servers to, by name. */
export type ClientPins = ReadonlyMap<string, PinnedServer>;

/** The file is not what was written there. */
export class PinsError extends Error {
  override readonly name = "PinsError";
}

const SERVER_TITLE = "quorate server pins 1";
const CLIENT_TITLE = "quorate client pins 1";

export function encodeServerPins({ clients, peers, ...rest }: ServerPins): string {
  return encode(SERVER_TITLE, { ...rest, clients: [...clients], peers: [...peers] });
}

/** Throws PinsError; `file` is for its message. */
export function decodeServerPins(text: string, file: string): ServerPins {
  const { clients, peers, ...rest } = decode(SERVER_TITLE, text, file) as Omit<ServerPins, "clients" | "peers"> & {
    readonly clients: [number, string][];
    readonly peers: [string, string][];
  };
  return { ...rest, clients: new Map(clients), peers: new Map(peers) };
}

export const encodeClientPins = (pins: ClientPins): string => encode(CLIENT_TITLE, [...pins]);

/** Throws PinsError; `file` is for its message. */
export const decodeClientPins = (text: string, file: string): ClientPins =>
  new Map(decode(CLIENT_TITLE, text, file) as [string, PinnedServer][]);

function encode(title: string, content: unknown): string {
  const json = JSON.stringify(content);
  return `${title} ${checksum(json)}\n${json}\n`;
}

/** Whoever passes the checksum was written by `encode`, so its shape is known. */
function decode(title: string, text: string, file: string): unknown {
  const [head, json = ""] = text.split("\n");
  if (text === `${title} ${checksum(json)}\n${json}\n`) return JSON.parse(json);
  const why = head?.startsWith(title) ? "it is damaged" : `it does not begin with "${title}"`;
  throw new PinsError(`${file}: ${why}; restore it as it was: without it, a mix-up would go unnoticed`);
}

const checksum = (json: string): string => crc32(json).toString(16).padStart(8, "0");

/** As much of what was drawn or hashed as people compare. */
export const shortly = (digits: string): string => digits.slice(0, 8);
