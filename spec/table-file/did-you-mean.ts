/** The candidate that a misspelt word most likely stands for, or null. Case alone never keeps two words apart. */
export function closest(word: string, candidates: Iterable<string>): string | null {
  const lowered = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = slipsForgiven(word.length) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(lowered, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** One slip for every three letters: "S9" may be "S0", "majorty" is "majority", but "x" is nothing else. */
const slipsForgiven = (length: number): number => (length < 2 ? 0 : Math.min(3, Math.max(1, Math.floor(length / 3))));

/** The hint for an unknown word: what it may have been meant to be, or the fallback where nothing is close. */
export function didYouMean(word: string, candidates: Iterable<string>, fallback: string | null = null): string | null {
  const candidate = closest(word, candidates);
  return candidate === null ? fallback : `did you mean "${candidate}"?`;
}

/**
 * The least number of insertions, deletions, substitutions and swaps of neighbours between two words.
 *
 * Source: V. Levenshtein, "Binary codes capable of correcting deletions, insertions and reversals", 1966, with the
 * swaps of F. Damerau, "A technique for computer detection and correction of spelling errors", 1964 (optimal string
 * alignment).
 */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = swapped ? beforePrevious[column - 2]! + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(substitution, previous[column]! + 1, current[column - 1]! + 1, swap));
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[b.length]!;
}
