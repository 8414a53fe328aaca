/** Seeded chance. When something happens is up to the machine; what is tried is not. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export class Dice {
  readonly #random;

  constructor(seed: number) {
    this.#random = xoroshiro128plus(seed);
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return uniformInt(this.#random, min, max);
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return uniformInt(this.#random, 0, limit - 1);
  }

  /** True once in this number of times. */
  onceIn(times: number): boolean {
    return this.between(1, times) === 1;
  }

  /**
   * The same items in another order. Source: Fisher & Yates, as in Knuth, "Seminumerical Algorithms", 3.4.2, algorithm
   * P.
   */
  shuffled<Item>(items: readonly Item[]): Item[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.between(0, last);
      [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
    }
    return shuffled;
  }

  oneOf<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }
}
