/**
 * Frames: how messages are told apart in a stream of bytes.
 *
 *     body length (4)  CRC-32 of the body (4)  body
 *
 * Bounded, so that no peer can make a process keep more than FRAME_BYTES_MAX for it; checked, because TCP's own checksum
 * lets about one damaged packet in ten thousand pass (Stone & Partridge, "When the CRC and TCP checksum disagree", 2000).
 */
import { crc32 } from "node:zlib";
import { MalformedBytesError } from "./bytes.js";

/** Longest body of a frame, in bytes. */
export const FRAME_BYTES_MAX = 1024 * 1024;

const HEADER_BYTES = 8;

/** Throws RangeError for an empty or too long body. */
export function encodeFrame(body: Uint8Array): Buffer {
  if (body.length === 0 || body.length > FRAME_BYTES_MAX) {
    throw new RangeError(`a frame has 1 to ${FRAME_BYTES_MAX} bytes, not ${body.length}`);
  }
  const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  frame.set(body, HEADER_BYTES);
  return frame;
}

/** Cuts a stream into frames, however the stream was chopped up on its way. */
export class FrameDecoder {
  readonly #bodyBytesMax: number;
  #chunks: Buffer[] = [];
  #available = 0;
  /** The header of the frame whose body is awaited. */
  #header: { readonly length: number; readonly checksum: number } | null = null;

  /** `bodyBytesMax`: what the peer may send; no more than that is ever kept for it. */
  constructor(bodyBytesMax = FRAME_BYTES_MAX) {
    this.#bodyBytesMax = bodyBytesMax;
  }

  /** Takes the next bytes; returns the bodies completed by them. After MalformedBytesError the stream is beyond repair. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#available += chunk.length;
    const bodies: Buffer[] = [];
    for (;;) {
      this.#header ??= this.#takeHeader();
      if (this.#header === null || this.#available < this.#header.length) return bodies;
      const body = this.#take(this.#header.length);
      if (crc32(body) !== this.#header.checksum) throw new MalformedBytesError("a frame with a wrong checksum");
      this.#header = null;
      bodies.push(body);
    }
  }

  #takeHeader(): { length: number; checksum: number } | null {
    if (this.#available < HEADER_BYTES) return null;
    const header = this.#take(HEADER_BYTES);
    const length = header.readUInt32BE(0);
    if (length === 0 || length > this.#bodyBytesMax) {
      throw new MalformedBytesError(`a frame of ${length} bytes, 1 to ${this.#bodyBytesMax} are allowed`);
    }
    return { length, checksum: header.readUInt32BE(4) };
  }

  /** The next bytes; joins chunks only when as many have arrived, so that tiny chunks do not cost quadratic time. */
  #take(length: number): Buffer {
    const first = this.#chunks[0];
    const joined = first !== undefined && first.length >= length ? first : Buffer.concat(this.#chunks);
    const rest = joined === first ? this.#chunks.slice(1) : [];
    if (joined.length > length) rest.unshift(joined.subarray(length));
    this.#chunks = rest;
    this.#available -= length;
    return joined.subarray(0, length);
  }
}
