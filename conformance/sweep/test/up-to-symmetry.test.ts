import { describe, expect, it } from "vitest";
import { familyCatalogue } from "../quorum-families.js";
import { countRepresentatives, representatives } from "../up-to-symmetry.js";

/** The least list of every orbit, with the orbit's size, by making every image of every list. */
function orbitsByDefinition(servers: number, length: number): Map<string, number> {
  const { families, images } = familyCatalogue(servers);
  const lists = Array.from({ length }).reduce<number[][]>(
    (shorter) => shorter.flatMap((list) => families.map((_, family) => [...list, family])),
    [[]],
  );
  const orbits = new Map<string, number>();
  for (const list of lists) {
    const least = images
      .map((image) => list.map((family) => image[family]!))
      .reduce((a, b) => (isBefore(b, a) ? b : a));
    orbits.set(`${least}`, (orbits.get(`${least}`) ?? 0) + 1);
  }
  return orbits;
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  const place = a.findIndex((family, index) => family !== b[index]);
  return place >= 0 && a[place]! < b[place]!;
}

describe("lists of families up to the names of the servers", () => {
  it.each([
    { servers: 2, length: 1 },
    { servers: 2, length: 4 },
    { servers: 3, length: 2 },
    { servers: 3, length: 3 },
  ])("are those of all lists, with $servers servers and $length families", ({ servers, length }) => {
    const found = [...representatives(familyCatalogue(servers), length)];
    expect(new Map(found.map(({ families, orbitSize }) => [`${families}`, orbitSize]))).toEqual(
      orbitsByDefinition(servers, length),
    );
  });

  // Burnside: each kind of permutation by its cycles, how many there are of it, and how many families it fixes. These
  // are the antichains of whole orbits of sets: swapping 0 and 1 of three servers, the orbits are 0|1, 01, 2, 02|12
  // and 012, each of them is a family, and so are 0|1 with 2, 01 with 2 and 01 with 02|12.
  const kinds = {
    3: [
      { cycles: "1 1 1", count: 1n, fixes: 18n },
      { cycles: "2 1", count: 3n, fixes: 8n },
      { cycles: "3", count: 2n, fixes: 3n },
    ],
    4: [
      { cycles: "1 1 1 1", count: 1n, fixes: 166n },
      { cycles: "2 1 1", count: 6n, fixes: 48n },
      { cycles: "2 2", count: 3n, fixes: 26n },
      { cycles: "3 1", count: 8n, fixes: 13n },
      { cycles: "4", count: 6n, fixes: 6n },
    ],
  };
  it.each([
    { servers: 3, length: 2, tables: 89n },
    { servers: 3, length: 3, tables: 1_237n },
    { servers: 3, length: 4, tables: 19_571n },
    { servers: 4, length: 2, tables: 1_874n },
    { servers: 4, length: 3, tables: 221_227n },
  ] as const)("are $tables with $servers servers and $length families", ({ servers, length, tables }) => {
    const catalogue = familyCatalogue(servers);
    const sum = kinds[servers].reduce((total, { count, fixes }) => total + count * fixes ** BigInt(length), 0n);
    const permutations = kinds[servers].reduce((total, { count }) => total + count, 0n);
    expect(sum / permutations).toBe(tables);
    expect(countRepresentatives(catalogue, length)).toBe(tables);
    let count = 0n;
    let standFor = 0;
    for (const { orbitSize } of representatives(catalogue, length)) {
      count++;
      standFor += orbitSize;
    }
    expect(count).toBe(tables);
    expect(standFor).toBe(catalogue.families.length ** length);
  });
});
