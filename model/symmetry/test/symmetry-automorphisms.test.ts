import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { phase1Quorums, phase2Quorums } from "../../../spec/table-families.js";
import { quorums } from "../../../spec/test/tables.js";
import { automorphisms, type Family, isAutomorphism, type Permutation } from "../automorphisms.js";
import { arbitrarySymmetricTable, imageOf } from "./symmetry-tables.js";

/** All permutations of the servers that map every family onto itself, by trying all. */
const bruteForce = (families: readonly Family[], count: number): Permutation[] =>
  permutationsOf(Array.from({ length: count }, (_, index) => index)).filter((permutation) =>
    families.every((family) => {
      const image = new Set(family.map((quorum) => imageOf(quorum, permutation)));
      return family.every((quorum) => image.has(quorum));
    }),
  );

const permutationsOf = (items: readonly number[]): number[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((first, index) => permutationsOf(items.toSpliced(index, 1)).map((rest) => [first, ...rest]));

/**
 * Everything that the classes and the representatives generate: a permutation within the classes, then a
 * representative.
 */
function generated(families: readonly Family[], count: number): string[] {
  const { classes, representatives } = automorphisms(families, count);
  const within = classes.reduce<number[][]>(
    (all, members) =>
      all.flatMap((permutation) =>
        permutationsOf(members).map((arranged) => {
          const extended = [...permutation];
          for (const [place, server] of members.entries()) extended[server] = arranged[place]!;
          return extended;
        }),
      ),
    [new Array<number>(count).fill(0)],
  );
  return representatives.flatMap((representative) =>
    within.map((permutation) => permutation.map((server) => representative[server]!).join()),
  );
}

const majority5 = Array.from({ length: 32 }, (_, set) => set).filter(
  (set) => [...set.toString(2)].filter((bit) => bit === "1").length === 3,
);
const rows = quorums("012", "345", "678");
const columns = quorums("036", "147", "258");
const fano = quorums("012", "034", "056", "135", "146", "236", "245");
const groups = quorums("01", "02", "12").flatMap((pair) => quorums("34", "35", "45").map((other) => pair | other));

describe("the automorphisms of quorum families", () => {
  it.each([
    { name: "majority of 5", families: [majority5], count: 5, classes: "5", cosets: 1, order: 120 },
    {
      name: "majority of 5, led by S0",
      families: [majority5, quorums("0")],
      count: 5,
      classes: "1,4",
      cosets: 1,
      order: 24,
    },
    {
      name: "a grid of 9 by rows and columns",
      families: [rows, columns],
      count: 9,
      classes: "1,1,1,1,1,1,1,1,1",
      cosets: 36,
      order: 36,
    },
    { name: "a grid of 9 by rows", families: [rows], count: 9, classes: "3,3,3", cosets: 6, order: 1296 },
    { name: "two groups of 3", families: [groups], count: 6, classes: "3,3", cosets: 2, order: 72 },
    {
      name: "the projective plane of order 2",
      families: [fano],
      count: 7,
      classes: "1,1,1,1,1,1,1",
      cosets: 168,
      order: 168,
    },
    { name: "no families", families: [], count: 4, classes: "4", cosets: 1, order: 24 },
  ])("$name: $order", ({ families, count, classes, cosets, order }) => {
    const symmetry = automorphisms(families, count);
    expect(symmetry.classes.map(({ length }) => length).join()).toBe(classes);
    expect(symmetry.representatives).toHaveLength(cosets);
    expect(symmetry.isWhole).toBe(true);
    expect(new Set(generated(families, count)).size).toBe(order);
  });

  it("are those that trying all permutations finds, each once", () => {
    fc.assert(
      fc.property(arbitrarySymmetricTable({ servers: { min: 1, max: 5 }, ranges: { min: 1, max: 2 } }), (table) => {
        const families = table.ranges.flatMap(({ first }) => [
          phase1Quorums(table, first),
          phase2Quorums(table, first),
        ]);
        const expected = bruteForce(families, table.servers.length).map((permutation) => permutation.join());
        expect(generated(families, table.servers.length).sort()).toEqual(expected.sort());
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it("are a smaller group where they are too many, and say so", () => {
    const symmetry = automorphisms([rows, columns], 9, { representativesMax: 35, workMax: 1e6 });
    // Those that keep S0: the other two rows may swap, and the other two columns.
    expect(symmetry.representatives).toHaveLength(4);
    expect(symmetry.isWhole).toBe(false);
    for (const permutation of symmetry.representatives) {
      expect(permutation[0]).toBe(0);
      expect(isAutomorphism([rows, columns], permutation)).toBe(true);
    }
    expect(automorphisms([fano], 7, { representativesMax: 5040, workMax: 10 })).toMatchObject({
      representatives: [[0, 1, 2, 3, 4, 5, 6]],
      isWhole: false,
    });
  });
});
