import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allContents,
  areEqualSets,
  type ContentSet,
  contentsIn,
  differenceOf,
  hasContent,
  intersectionOf,
  isSingle,
  onlyContent,
  unionOf,
  without,
} from "../compile/content-set.js";

const END = 12;

const arbitraryMembers = fc.uniqueArray(fc.nat({ max: END - 1 }));

const setOf = (members: readonly number[]): ContentSet =>
  [...members].sort((a, b) => a - b).reduce<ContentSet>((set, member) => unionOf(set, onlyContent(member)), []);

const ascending = (members: Iterable<number>): number[] => [...new Set(members)].sort((a, b) => a - b);

describe("a set of contents", () => {
  it("is written as ranges that do not touch", () => {
    expect(setOf([0, 1, 2, 5, 7, 8])).toEqual([0, 3, 5, 6, 7, 9]);
    expect(allContents(1000)).toEqual([0, 1000]);
    expect(without([0, 1000], 999)).toEqual([0, 999]);
    expect(without([0, 1000], 5)).toEqual([0, 5, 6, 1000]);
  });

  it("does what a set of its members does", () => {
    fc.assert(
      fc.property(arbitraryMembers, arbitraryMembers, (a, b) => {
        const [setA, setB] = [setOf(a), setOf(b)];
        expect(contentsIn(setA)).toEqual(ascending(a));
        expect(contentsIn(unionOf(setA, setB))).toEqual(ascending([...a, ...b]));
        expect(contentsIn(intersectionOf(setA, setB))).toEqual(ascending(a.filter((content) => b.includes(content))));
        expect(contentsIn(differenceOf(setA, setB))).toEqual(ascending(a.filter((content) => !b.includes(content))));
        expect(areEqualSets(setA, setB)).toBe(ascending(a).join() === ascending(b).join());
        expect(isSingle(setA)).toBe(a.length === 1);
        for (let content = 0; content < END; content++) {
          expect(hasContent(setA, content)).toBe(a.includes(content));
          expect(without(setA, content)).toEqual(setOf(a.filter((other) => other !== content)));
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
