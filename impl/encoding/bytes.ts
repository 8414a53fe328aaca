/** Reading and writing the few kinds of field that frames and log records are made of; big-endian, bounds-checked. */

/** Bytes from outside (network, disk) that mean nothing: never a bug of this process. */
export class MalformedBytesError extends Error {
  override readonly name = "MalformedBytesError";
}

/** A value whose bytes are not UTF-8 must not be repaired in silence; a byte order mark is part of the value. */
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const INITIAL_BYTES = 256;

/** Collects fields into one growing buffer. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  #length = 0;

  /** What was written so far; shares memory with the writer. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#buffer.writeUInt8(value, at);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#buffer.writeUInt32BE(value, at);
  }

  /** An integer in [0, 2^48); throws RangeError for any other. */
  u48(value: number): void {
    // Below, a fraction would be cut off in silence.
    if (!Number.isInteger(value)) throw new RangeError(`${value} is not an integer in [0, 2^48)`);
    const at = this.#reserve(6);
    this.#buffer.writeUIntBE(value, at, 6);
  }

  /** Length in bytes (4), then UTF-8. */
  text(text: string): void {
    const length = Buffer.byteLength(text, "utf8");
    this.u32(length);
    const at = this.#reserve(length);
    this.#buffer.write(text, at, "utf8");
  }

  /** Hexadecimal digits as bytes; how many is for the reader to know. */
  hex(digits: string): void {
    const at = this.#reserve(digits.length / 2);
    this.#buffer.write(digits, at, "hex");
  }

  /** Overwrites four bytes that were written before, e.g. a length that is known only at the end. */
  patchU32(at: number, value: number): void {
    this.#buffer.writeUInt32BE(value, at);
  }

  #reserve(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(2 * this.#length);
      this.#buffer.copy(grown, 0, 0, at);
      this.#buffer = grown;
    }
    return at;
  }
}

/** Reads fields one after the other. Every method throws MalformedBytesError past the end. */
export class ByteReader {
  readonly #buffer: Buffer;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#buffer.length - this.#position;
  }

  u8(): number {
    return this.#buffer.readUInt8(this.#advance(1));
  }

  u32(): number {
    return this.#buffer.readUInt32BE(this.#advance(4));
  }

  u48(): number {
    return this.#buffer.readUIntBE(this.#advance(6), 6);
  }

  /** Throws MalformedBytesError also for text longer than `bytesMax` and for bytes that are not UTF-8. */
  text(bytesMax: number): string {
    const length = this.u32();
    if (length > bytesMax) throw new MalformedBytesError(`text of ${length} bytes, at most ${bytesMax} are allowed`);
    const start = this.#advance(length);
    try {
      return strictUtf8.decode(this.#buffer.subarray(start, start + length));
    } catch (cause) {
      throw new MalformedBytesError("text that is not UTF-8", { cause });
    }
  }

  /** This number of bytes, as hexadecimal digits. */
  hex(length_bytes: number): string {
    const start = this.#advance(length_bytes);
    return this.#buffer.toString("hex", start, start + length_bytes);
  }

  /** Throws MalformedBytesError unless everything was read. */
  end(): void {
    if (this.remaining !== 0) throw new MalformedBytesError(`${this.remaining} bytes too many`);
  }

  #advance(length: number): number {
    const at = this.#position;
    if (this.remaining < length) throw new MalformedBytesError(`${length - this.remaining} bytes too few`);
    this.#position = at + length;
    return at;
  }
}
