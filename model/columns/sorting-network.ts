/** Compare the contents of two places and put the smaller one in the first. */
export type Comparator = readonly [low: number, high: number];

/**
 * Comparators that sort any `count` numbers: Batcher's merge exchange, as small as is known up to 8 numbers (5 take
 * 9). Which places are compared never depends on the numbers, so that it can be written out as straight-line code.
 * Source: D. E. Knuth, "The Art of Computer Programming", volume 3, section 5.2.2, Algorithm M.
 */
export function sortingNetwork(count: number): Comparator[] {
  const comparators: Comparator[] = [];
  const top = 2 ** (Math.ceil(Math.log2(Math.max(count, 2))) - 1);
  for (let p = top; p >= 1; p /= 2) {
    let remainder = 0;
    let distance = p;
    for (let q = top; ; q /= 2) {
      for (let low = 0; low + distance < count; low++) {
        if ((low & p) === remainder) comparators.push([low, low + distance]);
      }
      if (q === p) break;
      distance = q - p;
      remainder = p;
    }
  }
  return comparators;
}
