/**
 * The bytes of messages, one message a frame.
 *
 *     request: version (1)  kind (1)  id (6)  server name  fields
 *     reply:   version (1)  kind (1)  id (6)  fields
 *
 * A request names the server that it is for. Were two addresses to lead to one server, or to the wrong one, a client
 * would count one server's word twice and take it for a quorum.
 */
import { holding, NIL, type Register, UNWRITTEN, type Value } from "../../spec/register.js";
import {
  checkCandidate,
  checkRegisterSet,
  checkValue,
  type Page,
  type RejectedReply,
  type Reply,
  type Request,
  SERVER_NAME_BYTES_MAX,
  VALUE_BYTES_MAX,
  type Written,
} from "../core/protocol.js";
import { ByteReader, ByteWriter, MalformedBytesError } from "./bytes.js";
import { encodeFrame } from "./frames.js";

export interface RequestMessage {
  /** Chosen by the client, an integer in [0, 2^48); the reply carries it too. */
  readonly id: number;
  readonly server: string;
  readonly request: Request;
}

export interface ReplyMessage {
  readonly id: number;
  readonly reply: Reply;
}

/** Longest body of a request: a write of the longest value, to the server with the longest name. */
export const REQUEST_BYTES_MAX = 8 + (4 + SERVER_NAME_BYTES_MAX) + 6 + (4 + VALUE_BYTES_MAX);

const PROTOCOL_VERSION = 1;
const REQUEST_KINDS = ["prepare", "write", "read", "decided", "vote"] as const;
const REPLY_KINDS = ["prepared", "written", "refused", "row", "rejected", "decided", "voted"] as const;
const REGISTER_STATES = ["unwritten", "nil", "value"] as const;
const REASON_BYTES_MAX = 1024;

/** Throws RangeError for a register set or a value that cannot be carried. */
export function encodeRequest({ id, server, request }: RequestMessage): Buffer {
  const writer = begin(REQUEST_KINDS.indexOf(request.kind), id);
  writer.text(server);
  switch (request.kind) {
    case "prepare":
      writeRegisterSet(writer, request.registerSet);
      writeRegisterSet(writer, request.from ?? 0);
      break;
    case "write":
      writeRegisterSet(writer, request.registerSet);
      writeValue(writer, request.value);
      break;
    case "read":
      writeRegisterSet(writer, request.from ?? 0);
      break;
    case "decided":
      writeValue(writer, request.value);
      break;
    case "vote":
      writeRegisterSet(writer, request.registerSet);
      checkCandidate(request.candidate);
      writer.u48(request.candidate);
      writer.u8(request.promise ? 1 : 0);
      break;
  }
  return encodeFrame(writer.bytes());
}

/** Reads the body of a frame. Throws MalformedBytesError. */
export function decodeRequest(body: Uint8Array): RequestMessage {
  const { reader, kind, id } = open(body, REQUEST_KINDS);
  const server = reader.text(SERVER_NAME_BYTES_MAX);
  const request = readRequest(reader, kind);
  reader.end();
  return { id, server, request };
}

function readRequest(reader: ByteReader, kind: Request["kind"]): Request {
  switch (kind) {
    case "prepare":
      return { kind, registerSet: reader.u48(), ...readFrom(reader) };
    case "write":
      return { kind, registerSet: reader.u48(), value: reader.text(VALUE_BYTES_MAX) };
    case "read":
      return { kind, ...readFrom(reader) };
    case "decided":
      return { kind, value: reader.text(VALUE_BYTES_MAX) };
    case "vote":
      return { kind, registerSet: reader.u48(), candidate: reader.u48(), promise: readFlag(reader) };
  }
}

function readFlag(reader: ByteReader): boolean {
  const flag = reader.u8();
  if (flag > 1) throw new MalformedBytesError(`${flag} is neither yes (1) nor no (0)`);
  return flag === 1;
}

/** Throws RangeError for a reply that does not fit in a frame. */
export function encodeReply({ id, reply }: ReplyMessage): Buffer {
  const writer = begin(REPLY_KINDS.indexOf(reply.kind), id);
  switch (reply.kind) {
    case "prepared":
      writer.u48(reply.registerSet);
      writePage(writer, reply);
      break;
    case "written":
      writer.u48(reply.registerSet);
      writer.text(reply.value);
      break;
    case "voted":
      writer.u48(reply.registerSet);
      writer.u48(reply.candidate);
      break;
    case "refused":
      writer.u48(reply.registerSet);
      writer.u8(REGISTER_STATES.indexOf(reply.holds.state));
      if (reply.holds.state === "value") writer.text(reply.holds.value);
      break;
    case "row":
      writer.u48(reply.frozenBelow);
      writePage(writer, reply);
      break;
    case "decided":
      writer.text(reply.value);
      break;
    case "rejected":
      writer.text(reply.reason.slice(0, REASON_BYTES_MAX / 4));
      writer.u48(reply.preparesUpTo ?? 0);
      break;
  }
  return encodeFrame(writer.bytes());
}

/** Reads the body of a frame. Throws MalformedBytesError. */
export function decodeReply(body: Uint8Array): ReplyMessage {
  const { reader, kind, id } = open(body, REPLY_KINDS);
  const reply = readReply(reader, kind);
  reader.end();
  return { id, reply };
}

function readReply(reader: ByteReader, kind: Reply["kind"]): Reply {
  switch (kind) {
    case "prepared":
      return { kind, registerSet: reader.u48(), ...readPage(reader) };
    case "written":
      return { kind, registerSet: reader.u48(), value: reader.text(VALUE_BYTES_MAX) };
    case "voted":
      return { kind, registerSet: reader.u48(), candidate: reader.u48() };
    case "refused":
      return { kind, registerSet: reader.u48(), holds: readRegister(reader) };
    case "row":
      return { kind, frozenBelow: reader.u48(), ...readPage(reader) };
    case "decided":
      return { kind, value: reader.text(VALUE_BYTES_MAX) };
    case "rejected":
      return readRejected(reader);
  }
}

/** Throws RangeError. */
function writeRegisterSet(writer: ByteWriter, registerSet: number): void {
  checkRegisterSet(registerSet);
  writer.u48(registerSet);
}

/** Throws RangeError. */
function writeValue(writer: ByteWriter, value: Value): void {
  checkValue(value);
  writer.text(value);
}

function readRegister(reader: ByteReader): Register {
  const state = nameOf(reader.u8(), REGISTER_STATES);
  if (state === "value") return holding(reader.text(VALUE_BYTES_MAX));
  return state === "nil" ? NIL : UNWRITTEN;
}

function readRejected(reader: ByteReader): RejectedReply {
  const reason = reader.text(REASON_BYTES_MAX);
  const preparesUpTo = reader.u48();
  return { kind: "rejected", reason, ...(preparesUpTo > 0 && { preparesUpTo }) };
}

/** No page begins at 0 but the first, and none is followed by one that does: so 0 stands for what is not there. */
function writePage(writer: ByteWriter, { from = 0, next = 0, written }: Page): void {
  writer.u48(from);
  writer.u48(next);
  writeWritten(writer, written);
}

function readPage(reader: ByteReader): Page {
  const from = readFrom(reader);
  const next = reader.u48();
  return { ...from, written: readWritten(reader), ...(next > 0 && { next }) };
}

function readFrom(reader: ByteReader): { readonly from?: number } {
  const from = reader.u48();
  return from > 0 ? { from } : {};
}

/** Each distinct value once, then the registers as indices into them: after a decision, a row repeats one value. */
function writeWritten(writer: ByteWriter, written: readonly Written[]): void {
  const indices = new Map<Value, number>();
  for (const [, value] of written) if (!indices.has(value)) indices.set(value, indices.size);
  writer.u32(indices.size);
  for (const value of indices.keys()) writer.text(value);
  writer.u32(written.length);
  for (const [registerSet, value] of written) {
    writer.u48(registerSet);
    writer.u32(indices.get(value)!);
  }
}

function readWritten(reader: ByteReader): Written[] {
  // Counts are not trusted with memory: each loop ends with the bytes of its frame at the latest.
  const values: Value[] = [];
  for (let left = reader.u32(); left > 0; left--) values.push(reader.text(VALUE_BYTES_MAX));
  const written: Written[] = [];
  for (let left = reader.u32(); left > 0; left--) {
    const registerSet = reader.u48();
    const value = values[reader.u32()];
    if (value === undefined) throw new MalformedBytesError("a register whose value is missing");
    written.push([registerSet, value]);
  }
  return written;
}

function begin(kind: number, id: number): ByteWriter {
  const writer = new ByteWriter();
  writer.u8(PROTOCOL_VERSION);
  writer.u8(kind);
  writer.u48(id);
  return writer;
}

function open<Kind extends string>(body: Uint8Array, kinds: readonly Kind[]) {
  const reader = new ByteReader(body);
  const version = reader.u8();
  if (version !== PROTOCOL_VERSION)
    throw new MalformedBytesError(`protocol version ${version}, not ${PROTOCOL_VERSION}`);
  return { reader, kind: nameOf(reader.u8(), kinds), id: reader.u48() };
}

function nameOf<Name extends string>(index: number, names: readonly Name[]): Name {
  const name = names[index];
  if (name === undefined) throw new MalformedBytesError(`unknown code ${index}, known are ${names.join(", ")}`);
  return name;
}
