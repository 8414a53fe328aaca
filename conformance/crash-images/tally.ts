/**
 * Sums up what was made of machines, pass by pass in their order, so that the result does not depend on who made them,
 * nor on how much of what was made ahead is not needed in the end.
 */
import type { BadImage, Examined } from "./examine.js";
import { countsOfNone, type ImageKind, imagesIn } from "./image-kinds.js";

export class Tally {
  readonly counts = countsOfNone();
  /** How many images were unlike those of the same pass before. */
  different = 0;
  /** The smallest one. */
  bad: BadImage | null = null;
  readonly #images: number;

  /** @param images how many are enough */
  constructor(images: number) {
    this.#images = images;
  }

  get isEnough(): boolean {
    return imagesIn(this.counts) >= this.#images;
  }

  /** Takes what comes next: up to where it is enough, and no image as large as a bad one that is known. */
  add({ moments, bad }: Examined): void {
    const sizeBelow = this.bad?.size ?? Number.POSITIVE_INFINITY;
    for (const { size, counts, different } of moments) {
      if (this.isEnough || size >= sizeBelow) return;
      for (const kind of Object.keys(counts) as ImageKind[]) this.counts[kind] += counts[kind];
      this.different += different;
    }
    this.bad = bad ?? this.bad;
  }
}
