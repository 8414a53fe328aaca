/**
 * Lists of families up to the names of the servers: of all lists that a permutation of the servers turns into each
 * other, one.
 *
 * The one is the least, compared place by place. So the first family must be the least of its orbit, and each further
 * one the least of its orbit under those permutations that leave all before it as they are: no list is made that is
 * not wanted.
 */
import type { FamilyCatalogue } from "./quorum-families.js";

export interface Representative {
  /** Places in the catalogue. */
  readonly families: readonly number[];
  /** How many lists it stands for, itself included. */
  readonly orbitSize: number;
}

/** In ascending order. */
export function* representatives(
  { families, images }: FamilyCatalogue,
  length: number,
  chosen: readonly number[] = [],
  fixing: FamilyCatalogue["images"] = images,
): Generator<Representative> {
  if (chosen.length === length) {
    yield { families: chosen, orbitSize: images.length / fixing.length };
    return;
  }
  for (const family of families.keys()) {
    if (fixing.some((image) => image[family]! < family)) continue;
    const stillFixing = fixing.filter((image) => image[family] === family);
    yield* representatives({ families, images }, length, [...chosen, family], stillFixing);
  }
}

/**
 * How many representatives there are, by Burnside's lemma: a permutation that fixes f families fixes f ** length
 * lists.
 */
export function countRepresentatives({ images }: FamilyCatalogue, length: number): bigint {
  const fixed = images.map((image) => BigInt(image.filter((to, family) => to === family).length) ** BigInt(length));
  return fixed.reduce((sum, count) => sum + count, 0n) / BigInt(images.length);
}
