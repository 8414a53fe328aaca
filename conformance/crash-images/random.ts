import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Seeded: draws a whole number in [0, limit). */
export type Draw = (limit: number) => number;

export function drawing(seed: number): Draw {
  const random = xoroshiro128plus(seed);
  return (limit) => uniformInt(random, 0, limit - 1);
}

export const drawnFrom = <T>(draw: Draw, items: readonly T[]): T => items[draw(items.length)]!;
