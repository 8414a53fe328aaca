/**
 * Columns in a canonical order: sorted within classes of interchangeable members, least between the cosets.
 */
import type { Permutation } from "./columns.js";

/** The members class by class. A place is an index into this order. */
export class ClassOrder {
  /** members[place] */
  readonly members: readonly number[];
  /** Where each class begins, and the end of the last one. */
  readonly bounds: readonly number[];

  constructor(classes: readonly (readonly number[])[]) {
    this.members = classes.flat();
    const bounds = [0];
    for (const { length } of classes) bounds.push(bounds.at(-1)! + length);
    this.bounds = bounds;
  }
}

/**
 * Finds the least of all arrangements of classes. Arrangements are tried in lexicographic order of their sources, so
 * that those with a common beginning are neighbours: where one of them loses on it, all of them are skipped.
 */
export class LeastArrangement {
  /** The least arrangement since `reset`, by place. */
  readonly least: Int32Array;
  /** Whether there is none since then. */
  #isEmpty = true;
  readonly #placeCount: number;
  readonly #arrangementCount: number;
  /** sources[arrangement * placeCount + place]: the place that its column comes from. */
  readonly #sources: Int32Array;
  /** skips[arrangement * placeCount + place]: the next arrangement whose sources differ at or before this place. */
  readonly #skips: Int32Array;

  /** @param representatives as in ColumnGroup */
  constructor(order: ClassOrder, representatives: readonly Permutation[]) {
    const count = order.members.length;
    const arrangements = representatives.map((representative) => sourcesOf(order, representative)).sort(compareRows);
    this.#placeCount = count;
    this.#arrangementCount = arrangements.length;
    this.#sources = Int32Array.from(arrangements.flat());
    this.#skips = Int32Array.from(
      arrangements.flatMap((sources, arrangement) =>
        sources.map((_, place) => nextWithOtherPrefix(arrangements, arrangement, place)),
      ),
    );
    this.least = new Int32Array(count);
  }

  reset(): void {
    this.#isEmpty = true;
  }

  /** @param columns by place, sorted within classes */
  add(columns: Int32Array): void {
    const count = this.#placeCount;
    const sources = this.#sources;
    const least = this.least;
    for (let arrangement = 0; arrangement < this.#arrangementCount; ) {
      const row = arrangement * count;
      let place = 0;
      let difference = 0;
      for (; !this.#isEmpty && place < count; place++) {
        difference = columns[sources[row + place]!]! - least[place]!;
        if (difference !== 0) break;
      }
      if (difference > 0) {
        arrangement = this.#skips[row + place]!;
        continue;
      }
      for (; place < count; place++) least[place] = columns[sources[row + place]!]!;
      this.#isEmpty = false;
      arrangement++;
    }
  }

  /** How many arrangements of the columns, sorted within classes, are equal to the target. */
  countEqual(columns: Int32Array, target: Int32Array): number {
    const count = this.#placeCount;
    const sources = this.#sources;
    let equal = 0;
    for (let arrangement = 0; arrangement < this.#arrangementCount; ) {
      const row = arrangement * count;
      let place = 0;
      while (place < count && columns[sources[row + place]!] === target[place]) place++;
      if (place === count) equal++;
      arrangement = place === count ? arrangement + 1 : this.#skips[row + place]!;
    }
    return equal;
  }
}

/** By place: the place whose column the representative moves there. */
function sourcesOf({ members }: ClassOrder, representative: Permutation): number[] {
  const placeOf = new Map(members.map((member, place) => [member, place]));
  const sources = new Array<number>(members.length);
  for (const [place, member] of members.entries()) sources[placeOf.get(representative[member]!)!] = place;
  return sources;
}

const compareRows = (a: readonly number[], b: readonly number[]): number => {
  const place = a.findIndex((source, index) => source !== b[index]);
  return place < 0 ? 0 : a[place]! - b[place]!;
};

function nextWithOtherPrefix(arrangements: readonly number[][], arrangement: number, place: number): number {
  const own = arrangements[arrangement]!;
  let next = arrangement + 1;
  while (next < arrangements.length && own.every((source, p) => p > place || arrangements[next]![p] === source)) next++;
  return next;
}
