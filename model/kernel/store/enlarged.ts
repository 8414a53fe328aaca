/** Flat arrays that grow with a search. */

/** What is copied as an array grows by this factor is a seventh of it in all. */
const GROWTH = 8;

/**
 * The same numbers, and room for several times `needed`.
 *
 * What an array has beyond its numbers takes no memory until it is written to, so room is cheap, and copies are not: memory that
 * is touched for the first time costs more than all that a search does with it (some systems take 20 µs a page). It is not free
 * either: a process that has asked for more room than the machine has memory can start no other.
 */
export function enlarged<Numbers extends Int32Array | Uint16Array | Uint8Array>(
  numbers: Numbers,
  needed: number,
): Numbers {
  const room = new (numbers.constructor as new (length: number) => Numbers)(GROWTH * needed);
  room.set(numbers);
  return room;
}
