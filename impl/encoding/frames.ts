/**
 * Frames: how messages are told apart in a stream of bytes.
 *
 *     body length (4)  CRC-32 of the body (4)  body
 *
 * Bounded, so that no peer can make a process keep more than FRAME_BYTES_MAX for it; checked, because TCP's own
 * checksum lets about one damaged packet in ten thousand pass (Stone & Partridge, "When the CRC and TCP checksum
 * disagree", 2000).
 */
import { crc32 } from "node:zlib";
import { MalformedBytesError } from "./bytes.js";

/** Longest body of a frame, in bytes. */
export const FRAME_BYTES_MAX = 1024 * 1024;

const HEADER_BYTES = 8;
const NOTHING = Buffer.alloc(0);

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
  /**
   * Holds the bytes of the frame that is not whole yet: at most twice as many as have come of it, in however small
   * pieces.
   */
  #pending = NOTHING;
  #pending_bytes = 0;

  /** `bodyBytesMax`: what the peer may send; no more than twice that is ever kept for it. */
  constructor(bodyBytesMax = FRAME_BYTES_MAX) {
    this.#bodyBytesMax = bodyBytesMax;
  }

  /** Whether a frame has begun and is not whole. */
  get isWithinFrame(): boolean {
    return this.#pending_bytes > 0;
  }

  /**
   * Takes the next bytes; returns the bodies completed by them. After MalformedBytesError the stream is beyond repair.
   */
  push(chunk: Buffer): Buffer[] {
    const bytes = this.#pending_bytes === 0 ? chunk : this.#joined(chunk);
    const bodies: Buffer[] = [];
    let at = 0;
    for (;;) {
      const body = this.#bodyAt(bytes, at);
      if (body === null) break;
      bodies.push(body);
      at += HEADER_BYTES + body.length;
    }
    this.#keep(bytes.subarray(at));
    return bodies;
  }

  /** The body of the frame that begins there; null if it is not whole. */
  #bodyAt(bytes: Buffer, at: number): Buffer | null {
    if (bytes.length - at < HEADER_BYTES) return null;
    const length = bytes.readUInt32BE(at);
    if (length === 0 || length > this.#bodyBytesMax) {
      throw new MalformedBytesError(`a frame of ${length} bytes, 1 to ${this.#bodyBytesMax} are allowed`);
    }
    const start = at + HEADER_BYTES;
    if (bytes.length - start < length) return null;
    const body = bytes.subarray(start, start + length);
    if (crc32(body) !== bytes.readUInt32BE(at + 4)) throw new MalformedBytesError("a frame with a wrong checksum");
    return body;
  }

  /** What was kept, and the chunk after it. */
  #joined(chunk: Buffer): Buffer {
    const length = this.#pending_bytes + chunk.length;
    if (length > this.#pending.length) {
      // Doubled, so that tiny chunks do not cost quadratic time.
      const grown = Buffer.alloc(Math.max(length, 2 * this.#pending.length));
      this.#pending.copy(grown, 0, 0, this.#pending_bytes);
      this.#pending = grown;
    }
    chunk.copy(this.#pending, this.#pending_bytes);
    return this.#pending.subarray(0, length);
  }

  /**
   * A copy: a chunk of which a few bytes are kept must not be kept whole, and bodies that were handed out must not
   * change.
   */
  #keep(rest: Buffer): void {
    this.#pending_bytes = rest.length;
    if (rest.length > 0 && rest.buffer === this.#pending.buffer && rest.byteOffset === this.#pending.byteOffset) return;
    this.#pending = rest.length > 0 ? Buffer.alloc(rest.length, rest) : NOTHING;
  }
}
