import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closest, didYouMean, editDistance } from "../table-file/did-you-mean.js";

/** By recursion over prefixes, as the definition has it, and as slow as that is. */
function distanceDumbly(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const [shortA, shortB] = [a.slice(0, -1), b.slice(0, -1)];
  const [lastA, lastB] = [a.at(-1), b.at(-1)];
  const costs = [
    distanceDumbly(shortA, shortB) + (lastA === lastB ? 0 : 1),
    distanceDumbly(shortA, b) + 1,
    distanceDumbly(a, shortB) + 1,
  ];
  if (a.length > 1 && b.length > 1 && lastA === b.at(-2) && a.at(-2) === lastB) {
    costs.push(distanceDumbly(a.slice(0, -2), b.slice(0, -2)) + 1);
  }
  return Math.min(...costs);
}

describe("the distance between two words", () => {
  it.each([
    ["majorty", "majority", 1],
    ["majoirty", "majority", 1],
    ["mayority", "majority", 1],
    ["majjority", "majority", 1],
    ["", "abc", 3],
    ["abc", "", 3],
    ["same", "same", 0],
    ["ca", "abc", 3],
  ])("%j, %j: %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it("is the least number of slips, by definition", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 5 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(distanceDumbly(a, b));
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

describe("the word that was meant", () => {
  it.each([
    // One slip in up to five letters, two in up to eight, three in more; and none in a single letter.
    ["x", ["y", "S0"], null],
    ["S9", ["S0", "T9"], "S0"],
    ["ab", ["cd"], null],
    ["abcde", ["abcxx"], null],
    ["abcde", ["abcdx"], "abcdx"],
    ["abcdef", ["abcdxx"], "abcdxx"],
    ["abcdef", ["abcxxx"], null],
    ["abcdefghi", ["abcdefxxx"], "abcdefxxx"],
    ["abcdefghijklmnop", ["abcdefghijklxxxx"], null],
    ["abcdefghijklmnop", ["abcdefghijklmxxx"], "abcdefghijklmxxx"],
    // Capitals make no slip, lengths do.
    ["MAJORITY", ["majority"], "majority"],
    ["s0", ["S0"], "S0"],
    ["abc", ["abcde"], null],
    ["abc", ["abcd"], "abcd"],
    ["abc", ["ab"], "ab"],
    // The nearest, and of several the first.
    ["abcdef", ["abcdxx", "abcdxf", "abcxef"], "abcdxf"],
    ["abcdef", ["xbcdef", "abcdex"], "xbcdef"],
    ["abc", [], null],
  ])("%j among %j: %j", (word, candidates, meant) => {
    expect(closest(word, candidates)).toBe(meant);
    expect(didYouMean(word, candidates)).toBe(meant === null ? null : `did you mean "${meant}"?`);
    expect(didYouMean(word, candidates, "try again")).toBe(meant === null ? "try again" : `did you mean "${meant}"?`);
  });
});
