/** Flat arrays that grow with a search. */

/** By this factor small arrays grow. */
const GROWTH = 8;

/** Longer arrays get at least this room at once. */
const SMALL_LENGTH = 1 << 16;
const RESERVED_LENGTH = 1 << 26;

/**
 * The same numbers, and room for `needed` and more.
 *
 * What an array has beyond its numbers takes no memory until it is written to, so room is cheap, and copies are not: memory that
 * is touched for the first time costs more than all that a search does with it (some systems take 20 µs a page).
 */
export function enlarged<Numbers extends Int32Array | Uint16Array | Uint8Array>(
  numbers: Numbers,
  needed: number,
): Numbers {
  const length = needed > SMALL_LENGTH ? Math.max(RESERVED_LENGTH, 2 * needed) : GROWTH * needed;
  const room = new (numbers.constructor as new (length: number) => Numbers)(length);
  room.set(numbers);
  return room;
}
