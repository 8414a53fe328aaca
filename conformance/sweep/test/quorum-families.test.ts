import { describe, expect, it } from "vitest";
import { allServers, contains, minimalSets, type ServerSet } from "../../../spec/server-set.js";
import { type Family, familyCatalogue, permutations, quorumFamilies } from "../quorum-families.js";
import { countRepresentatives, representatives } from "../up-to-symmetry.js";

/** By the definition alone: every set of non-empty sets of servers of which none contains another. */
function antichainsByDefinition(servers: number): Family[] {
  const sets = Array.from({ length: allServers(servers) }, (_, index) => index + 1);
  return Array.from({ length: 2 ** sets.length }, (_, choice) => sets.filter((_, index) => (choice >>> index) & 1))
    .filter((family) => family.length > 0)
    .filter((family) => family.every((a) => family.every((b) => a === b || !contains(a, b))));
}

const sortedKeys = (families: readonly Family[]): string[] =>
  families.map((family) => [...family].sort((a, b) => a - b).join()).sort();

describe("the quorum families", () => {
  // Dedekind's numbers 3, 6, 20, 168, and 3, 5, 10, 30 up to isomorphism, each without the two constants.
  it.each([
    { servers: 1, labelled: 1, upToNames: 1n },
    { servers: 2, labelled: 4, upToNames: 3n },
    { servers: 3, labelled: 18, upToNames: 8n },
    { servers: 4, labelled: 166, upToNames: 28n },
  ])("of $servers servers are $labelled, and $upToNames up to names", ({ servers, labelled, upToNames }) => {
    const catalogue = familyCatalogue(servers);
    expect(catalogue.families).toHaveLength(labelled);
    expect(countRepresentatives(catalogue, 1)).toBe(upToNames);
    expect([...representatives(catalogue, 1)]).toHaveLength(Number(upToNames));
    expect(sortedKeys(catalogue.families)).toEqual(sortedKeys(antichainsByDefinition(servers)));
  });

  it("of 5 servers are as many as Dedekind's number says", () => {
    const families = quorumFamilies(5);
    expect(families).toHaveLength(7_581 - 2);
    expect(new Set(families.map((family) => family.join())).size).toBe(7_579);
    for (const family of families) expect(family).toEqual(minimalSets(family));
  });

  it("list their quorums as files are read: minimal, smallest first", () => {
    for (const family of familyCatalogue(4).families) expect(family).toEqual(minimalSets(family));
  });

  it("have images that say where each permutation takes them", () => {
    const { families, images } = familyCatalogue(3);
    const orders = permutations(3);
    expect(orders.map((order) => order.join("")).sort()).toEqual(["012", "021", "102", "120", "201", "210"]);
    for (const [g, order] of orders.entries()) {
      const moved = (set: ServerSet): ServerSet =>
        [0, 1, 2].reduce((image, server) => image | (((set >>> server) & 1) << order[server]!), 0);
      const expected = families.map((family) => minimalSets(family.map(moved)));
      expect(images[g]!.map((place) => families[place])).toEqual(expected);
    }
    expect(images[0]).toEqual([...families.keys()]);
  });
});
