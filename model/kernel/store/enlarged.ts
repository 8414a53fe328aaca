/** Flat arrays that grow with a search. */
import { sharedBuffer } from "../platform.js";

/** What is copied as an array grows by this factor is a seventh of it in all. */
const GROWTH = 8;

/**
 * Arrays of no more numbers than these are copied as they grow. A larger one is copied once, if it is known how many
 * there may be.
 */
const SMALL = 1 << 16;

/**
 * The same numbers, and room for several times `needed`, or, once they are many, for as many as there may ever be.
 *
 * What an array has beyond its numbers takes no memory until it is written to, so room is cheap, and copies are not:
 * memory that is touched for the first time costs more than all that a search does with it (some systems take 20 µs a
 * page). It is not free either: a process that has asked for more room than the machine has memory can start no other.
 *
 * @param most how many numbers there may ever be, and no more than the machine has room for
 */
export function enlarged<Numbers extends Int32Array | Uint16Array | Uint8Array>(
  numbers: Numbers,
  needed: number,
  most = Number.POSITIVE_INFINITY,
): Numbers {
  const isKnown = needed <= most && most < Number.POSITIVE_INFINITY;
  const room = zeros(numbers, isKnown && GROWTH * needed > SMALL ? most : GROWTH * needed);
  room.set(numbers);
  return room;
}

/**
 * Of the same kind. Large ones are of memory that the garbage collector does not count: where it does, it comes for
 * nothing.
 */
export function zeros<Numbers extends Int32Array | Uint16Array | Uint8Array>(like: Numbers, length: number): Numbers {
  const Numbers = like.constructor as new (lengthOrBuffer: number | SharedArrayBuffer) => Numbers;
  return new Numbers(length > SMALL ? sharedBuffer(length * like.BYTES_PER_ELEMENT) : length);
}
