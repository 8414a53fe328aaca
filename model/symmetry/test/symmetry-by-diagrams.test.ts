import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Family } from "../../../spec/families/family.js";
import { spaceFor } from "../../../spec/families/family-space.js";
import { allOf, choose, type Formula, serverFormula } from "../../../spec/families/formula.js";
import { phase1Family, phase2Family } from "../../../spec/table-families.js";
import { loadTable } from "../../../spec/table-file.js";
import { automorphisms } from "../automorphisms.js";
import { automorphismsByDiagrams } from "../automorphisms-by-diagrams.js";
import { symmetryOf } from "../scope-symmetry.js";
import { arbitrarySymmetricTable } from "./symmetry-tables.js";

describe("automorphisms by diagrams", () => {
  it("are those that lists of quorums have", () => {
    let moving = 0;
    fc.assert(
      fc.property(arbitrarySymmetricTable({ servers: { min: 1, max: 6 }, allocation: "any" }), (table) => {
        const families = table.ranges.flatMap(({ first }) => [phase1Family(table, first), phase2Family(table, first)]);
        const byLists = automorphisms(
          families.map((family) => family.list()),
          table.servers.length,
        );
        const byDiagrams = automorphismsByDiagrams(families, table.servers.length);
        expect(byDiagrams.classes).toEqual(byLists.classes);
        expect(new Set(byDiagrams.representatives.map(String))).toEqual(new Set(byLists.representatives.map(String)));
        expect(byDiagrams.representatives[0]).toEqual(byLists.representatives[0]);
        expect(byDiagrams.isWhole).toBe(byLists.isWhole);
        if (byLists.representatives.length > 1) moving++;
      }),
      { numRuns: 500 },
    );
    expect(moving).toBeGreaterThan(20);
  });

  const group = (first: number, count: number): Formula[] =>
    Array.from({ length: count }, (_, index) => serverFormula(first + index));
  const alone = (formula: Formula, servers: number): Family[] => [spaceFor([formula], servers).familyOf(formula)];

  it.each([
    ["a majority of 31", choose(16, group(0, 31)), 31, [31], 1],
    ["3 of 7 in each of three groups", allOf([0, 7, 14].map((first) => choose(3, group(first, 7)))), 21, [7, 7, 7], 6],
    [
      "2 of 3 groups, one of which is larger",
      choose(2, [choose(5, group(0, 9)), choose(5, group(9, 9)), choose(6, group(18, 11))]),
      29,
      [9, 9, 11],
      2,
    ],
  ])("of %s", (_, formula, servers, sizes, cosets) => {
    const symmetry = automorphismsByDiagrams(alone(formula, servers), servers);
    expect(symmetry.classes.map(({ length }) => length)).toEqual(sizes);
    expect(symmetry.representatives).toHaveLength(cosets);
    expect(symmetry.isWhole).toBe(true);
  });

  it("leave classes where they are if these could move in too many ways", () => {
    // Seven pairs, of which any six are enough: pairs may change places in 5040 ways.
    const pairs = choose(
      6,
      Array.from({ length: 7 }, (_, pair) => allOf(group(2 * pair, 2))),
    );
    const symmetry = automorphismsByDiagrams(alone(pairs, 14), 14);
    expect(symmetry.classes).toHaveLength(7);
    expect(symmetry.representatives).toHaveLength(1);
    expect(symmetry.isWhole).toBe(false);
  });
});

it("is not looked for beyond a bound: with thirty weights of their own, no server is taken for another", () => {
  const table = loadTable("spec/test/real-tables/weights-30-of-1000.yaml");
  const { servers } = symmetryOf({ table, registerSets: [0, 1], values: 2, clients: null });
  expect(servers.classes).toHaveLength(30);
  expect({ representatives: servers.representatives.length, isWhole: servers.isWhole }).toEqual({
    representatives: 1,
    isWhole: false,
  });
});
