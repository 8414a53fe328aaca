/** How many of these numbers, which ascend, are below the bound. */
export function countBelow(ascending: readonly number[], bound: number): number {
  if (ascending.length === 0 || ascending.at(-1)! < bound) return ascending.length;
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
