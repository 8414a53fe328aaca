/**
 * The bytes with which a connection begins, one message a frame:
 *
 *     greeting, from the server:  mark (1)  version (1)  kind (1)  nonce (16)  incarnation (16)  server name
 *     hello, from the client:     …  nonce (16)  table hash (16)  table name  server name  client  known servers  proof
 *     welcome, from the server:   …  proof
 *     refusal, from the server:   …  final (1)  reason
 *
 * A client may say hello again later, when it knows of more servers. A proof is 0 (1), or 1 (1) and the proof (32), see
 * network/token.ts. Bytes that are drawn or hashed are hexadecimal digits in memory.
 */
import { SERVER_NAME_BYTES_MAX } from "../core/protocol.js";
import { ByteReader, ByteWriter, MalformedBytesError } from "./bytes.js";
import { encodeFrame } from "./frames.js";
import { TABLE_HASH_BYTES, type TableIdentity } from "./table-identity.js";

/** Which client says hello. */
export interface ClientFacts {
  readonly index: number;
  readonly count: number;
  /** Drawn when its directory was made. */
  readonly identity: string;
}

/** A server as it is known by others. */
export interface KnownServer {
  readonly server: string;
  readonly incarnation: string;
}

export interface Greeting extends KnownServer {
  readonly nonce: string;
}

export interface Hello {
  readonly nonce: string;
  /** Whom the client believes to speak to. */
  readonly server: string;
  readonly table: TableIdentity;
  /** Null for somebody who only reads. */
  readonly client: ClientFacts | null;
  /** The servers that the client works with, as far as it has met them. */
  readonly known: readonly KnownServer[];
}

export interface Refusal {
  /** Whether it is of no use to try again. */
  readonly isFinal: boolean;
  readonly reason: string;
}

/** What was said, what stands in for a signature of it, and the bytes that it signs. */
export interface Signed<Said> {
  readonly said: Said;
  readonly proof: string | null;
  readonly bytes: Buffer;
}

export type ServerAnswer =
  | { readonly kind: "welcome"; readonly proof: string | null }
  | ({ readonly kind: "refusal" } & Refusal);

/** No request and no reply begins with it. */
const MARK = 0x51;
const VERSION = 1;
const GREETING = 1;
const HELLO = 2;
const WELCOME = 3;
const REFUSAL = 4;

export const NONCE_BYTES = 16;
export const IDENTITY_BYTES = 16;
export const PROOF_BYTES = 32;
const TABLE_NAME_BYTES_MAX = 1024;
const REASON_BYTES_MAX = 4096;
/** Of characters that JavaScript counts, none takes more bytes. */
const BYTES_A_CHARACTER = 3;

export const isHandshake = (body: Uint8Array): boolean => body[0] === MARK;

/** Whether it is a refusal, as may come at any time. */
export const isRefusal = (body: Uint8Array): boolean => isHandshake(body) && body[2] === REFUSAL;

/** The body of a frame. */
export function encodeGreeting({ nonce, server, incarnation }: Greeting): Buffer {
  const writer = begin(GREETING);
  writer.hex(nonce);
  writer.hex(incarnation);
  writer.text(server);
  return writer.bytes();
}

/** Throws MalformedBytesError. */
export function decodeGreeting(body: Uint8Array): Greeting {
  const reader = open(body, GREETING);
  const nonce = reader.hex(NONCE_BYTES);
  const incarnation = reader.hex(IDENTITY_BYTES);
  const server = reader.text(SERVER_NAME_BYTES_MAX);
  reader.end();
  return { nonce, server, incarnation };
}

/** The body of a frame, but for the proof: what a proof is of. */
export function encodeHello({ nonce, server, table, client, known }: Hello): Buffer {
  const writer = begin(HELLO);
  writer.hex(nonce);
  writer.hex(table.hash);
  writer.text(table.name.slice(0, TABLE_NAME_BYTES_MAX / BYTES_A_CHARACTER));
  writer.text(server);
  writer.u8(client === null ? 0 : 1);
  if (client !== null) {
    writer.u48(client.index);
    writer.u48(client.count);
    writer.hex(client.identity);
  }
  writer.u8(known.length);
  for (const peer of known) {
    writer.hex(peer.incarnation);
    writer.text(peer.server);
  }
  return writer.bytes();
}

/** Throws MalformedBytesError. */
export function decodeHello(body: Buffer): Signed<Hello> {
  const reader = open(body, HELLO);
  const nonce = reader.hex(NONCE_BYTES);
  const tableHash = reader.hex(TABLE_HASH_BYTES);
  const table = { name: reader.text(TABLE_NAME_BYTES_MAX), hash: tableHash };
  const server = reader.text(SERVER_NAME_BYTES_MAX);
  const client = flag(reader)
    ? { index: reader.u48(), count: reader.u48(), identity: reader.hex(IDENTITY_BYTES) }
    : null;
  if (client !== null && client.index >= client.count) {
    throw new MalformedBytesError(`client ${client.index} of ${client.count}`);
  }
  const known: KnownServer[] = [];
  for (let left = reader.u8(); left > 0; left--) {
    const incarnation = reader.hex(IDENTITY_BYTES);
    known.push({ incarnation, server: reader.text(SERVER_NAME_BYTES_MAX) });
  }
  const bytes = body.subarray(0, body.length - reader.remaining);
  const proof = readProof(reader);
  return { said: { nonce, server, table, client, known }, proof, bytes };
}

/** The frame of a body and its proof, or none. */
export function signedFrame(bytes: Uint8Array, proof: string | null): Buffer {
  const end = new ByteWriter();
  writeProof(end, proof);
  return encodeFrame(Buffer.concat([bytes, end.bytes()]));
}

export function encodeWelcome(proof: string | null): Buffer {
  const writer = begin(WELCOME);
  writeProof(writer, proof);
  return encodeFrame(writer.bytes());
}

export function encodeRefusal({ isFinal, reason }: Refusal): Buffer {
  const writer = begin(REFUSAL);
  writer.u8(isFinal ? 1 : 0);
  writer.text(reason.slice(0, REASON_BYTES_MAX / BYTES_A_CHARACTER));
  return encodeFrame(writer.bytes());
}

/** What a server says to a hello. Throws MalformedBytesError. */
export function decodeServerAnswer(body: Uint8Array): ServerAnswer {
  const reader = new ByteReader(body);
  const kind = readHead(reader);
  if (kind === WELCOME) return { kind: "welcome", proof: readProof(reader) };
  if (kind !== REFUSAL) throw new MalformedBytesError(`message ${kind} where an answer to a hello was due`);
  const isFinal = flag(reader);
  const reason = reader.text(REASON_BYTES_MAX);
  reader.end();
  return { kind: "refusal", isFinal, reason };
}

function begin(kind: number): ByteWriter {
  const writer = new ByteWriter();
  writer.u8(MARK);
  writer.u8(VERSION);
  writer.u8(kind);
  return writer;
}

function open(body: Uint8Array, expected: number): ByteReader {
  const reader = new ByteReader(body);
  const kind = readHead(reader);
  if (kind !== expected) throw new MalformedBytesError(`message ${kind} of a handshake, not ${expected}`);
  return reader;
}

function readHead(reader: ByteReader): number {
  if (reader.u8() !== MARK) throw new MalformedBytesError("no message of a handshake");
  const version = reader.u8();
  if (version !== VERSION) throw new MalformedBytesError(`version ${version} of the handshake, not ${VERSION}`);
  return reader.u8();
}

function flag(reader: ByteReader): boolean {
  const value = reader.u8();
  if (value > 1) throw new MalformedBytesError(`${value} where yes or no was expected`);
  return value === 1;
}

function writeProof(writer: ByteWriter, proof: string | null): void {
  writer.u8(proof === null ? 0 : 1);
  if (proof !== null) writer.hex(proof);
}

function readProof(reader: ByteReader): string | null {
  const proof = flag(reader) ? reader.hex(PROOF_BYTES) : null;
  reader.end();
  return proof;
}
