/**
 * The first block of a log: whose it is.
 *
 *     seal (8)  magic (8)  format version (1)  salt (16)  origin (16)  server name (4 + n)
 *
 * The origin is the salt with which the server began. A log that takes the place of another has a salt of its own, so
 * that no block of the old one passes for one of the new one, and the old one's origin: it keeps the same promises.
 */
import { hash, randomBytes } from "node:crypto";
import { SERVER_NAME_BYTES_MAX } from "../core/protocol.js";
import { ByteReader, ByteWriter, MalformedBytesError } from "./bytes.js";
import { BLOCK_BYTES, IDENTITY_BLOCK, SALT_BYTES, SEAL_BYTES, type Seal, sealBlock, sealIn } from "./log-blocks.js";

const MAGIC = Buffer.from("QUORATE\n", "latin1");
const FORMAT_VERSION = 3;

/** The log must not be used: it is another server's, of another format, or damaged where promises were kept. */
export class LogError extends Error {
  override readonly name = "LogError";
}

export interface LogIdentity {
  readonly salt: Buffer;
  readonly origin: Buffer;
  readonly seal: Seal;
}

/** A salt that cannot be guessed. */
export const newSalt = (): Buffer => randomBytes(SALT_BYTES);

/**
 * What others know a server by that has this origin: 16 bytes in hexadecimal. Salts must not leave the log, so this
 * follows by a hash that cannot be undone.
 */
export const incarnationOf = (origin: Buffer): string =>
  hash("sha256", Buffer.concat([Buffer.from("incarnation\n"), origin]), "hex").slice(0, 32);

/** Throws RangeError for a name that is too long. */
export function encodeIdentity(
  server: string,
  { salt, origin }: Pick<LogIdentity, "salt" | "origin">,
): { readonly block: Buffer; readonly seal: Seal } {
  if (Buffer.byteLength(server) > SERVER_NAME_BYTES_MAX) {
    throw new RangeError(`the name of server ${server} is too long`);
  }
  const writer = new ByteWriter();
  for (const byte of [...MAGIC, FORMAT_VERSION, ...salt, ...origin]) writer.u8(byte);
  writer.text(server);
  const block = Buffer.alloc(BLOCK_BYTES);
  writer.bytes().copy(block, SEAL_BYTES);
  return { block, seal: sealBlock(block, salt, IDENTITY_BLOCK) };
}

/** Throws LogError unless the block is the first of a log of this server; `file` is for the message. */
export function readIdentity(block: Buffer, server: string, file: string): LogIdentity {
  const damaged = (why: string) =>
    new LogError(`${file}: damaged at byte 0: ${why}; this is not a log that can be served`);
  if (!block.subarray(SEAL_BYTES, SEAL_BYTES + MAGIC.length).equals(MAGIC)) {
    throw damaged("it does not begin like a log of registers");
  }
  if (block.length < BLOCK_BYTES) throw damaged(`it ends after ${block.length} bytes`);
  const reader = new ByteReader(block.subarray(SEAL_BYTES + MAGIC.length));
  const version = reader.u8();
  if (version !== FORMAT_VERSION) {
    throw new LogError(`${file}: is of format version ${version}, this program reads version ${FORMAT_VERSION}`);
  }
  const saltStart = SEAL_BYTES + MAGIC.length + 1;
  const salt = Buffer.from(block.subarray(saltStart, saltStart + SALT_BYTES));
  const seal = sealIn(block, salt, IDENTITY_BLOCK);
  if (seal === null) throw damaged("its first block is not as it was written");
  const nameStart = saltStart + 2 * SALT_BYTES;
  const origin = Buffer.from(block.subarray(saltStart + SALT_BYTES, nameStart));
  const name = nameIn(block.subarray(nameStart), damaged);
  if (name !== server) throw new LogError(`${file}: is the log of server ${name}, not of ${server}`);
  return { salt, origin, seal };
}

function nameIn(bytes: Buffer, damaged: (why: string) => LogError): string {
  try {
    return new ByteReader(bytes).text(SERVER_NAME_BYTES_MAX);
  } catch (error) {
    if (error instanceof MalformedBytesError) throw damaged(`its server has no readable name (${error.message})`);
    throw error;
  }
}
