/**
 * The rules hold iff the explorer finds no violation: on every table with 3 servers and up to 2 ranges, and on random
 * ones.
 */
import { describe, expect, it } from "vitest";
import type { Selection } from "../../../spec/quorum-table.js";
import { allServers, meets } from "../../../spec/server-set.js";
import { isThorough, tries } from "../../../spec/test/effort.js";
import { examinersHere } from "../examiners.js";
import { type FamilyCatalogue, familyCatalogue } from "../quorum-families.js";
import { type SweepRequest, type SweptAllocation, sweptVote } from "../request.js";
import { sweep, tablesOf } from "../sweep.js";
import { Tally } from "../tally.js";
import { requestOf } from "./requests.js";

async function swept(request: SweepRequest) {
  const tally = new Tally();
  const unsafeSizes: Record<number, number> = {};
  let safeStandFor = 0;
  const isFinished = await sweep(
    {
      tables: tablesOf(request),
      tally,
      record: (_number, { standsFor }, { explorer, run }) => {
        if (explorer === "safe") safeStandFor += standsFor;
        if (run !== null) unsafeSizes[run] = (unsafeSizes[run] ?? 0) + 1;
      },
      onProgress: () => {},
      signal: new AbortController().signal,
    },
    examinersHere({ explorer: request.explorer }),
  );
  expect(isFinished).toBe(true);
  return { tally, safeStandFor, unsafeSizes };
}

const { families }: FamilyCatalogue = familyCatalogue(3);
type Family = FamilyCatalogue["families"][number];
const allMeet = (ps: Family, qs: Family): boolean => ps.every((p) => qs.every((q) => meets(p, q)));

describe("every table with 3 servers", () => {
  // Of a thousand tables, with the longest runs: by itself it takes as long as all that follows.
  if (isThorough) {
    it("and 2 ranges: no disagreement, and every shortest run is as long as the formula says", async () => {
      const { tally, safeStandFor, unsafeSizes } = await swept(
        requestOf({ servers: 3, ranges: 2, explorer: "reduced" }),
      );
      expect(tally).toMatchObject({
        tables: 1237,
        standFor: 18 ** 3,
        safe: 306,
        unsafe: 931,
        inconclusive: 0,
        disagreementCount: 0,
        lengths: 931,
        equalLengths: 931,
      });
      // Counted over all labelled tables, by PQ alone: P meets the quorums of R0 and of its own range.
      const safeTables = families.flatMap((p) =>
        families.filter((d0) => allMeet(p, d0)).flatMap(() => families.filter((d1) => allMeet(p, d1))),
      );
      expect(safeStandFor).toBe(safeTables.length);
      expect(Object.keys(unsafeSizes).map(Number)).toEqual([5, 6, 7, 8]);
    });
  }

  const pq = (p: Family, d: Family): boolean => allMeet(p, d);
  const f1 = (_: Family, d: Family): boolean => allMeet(d, d);
  const f2 = (p: Family, d: Family): boolean =>
    d.every((q) =>
      allMeet(
        p,
        d.map((other) => q & other),
      ),
    );
  const always = (): boolean => true;
  /**
   * What agreement asks of P and D, written down once more; and how many tables have it, up to the names of the
   * servers.
   */
  const expectations: readonly [Selection, SweptAllocation, (p: Family, d: Family) => boolean, number][] = [
    ["greatest", "exclusive", pq, 39],
    ["eager", "exclusive", pq, 39],
    ["strict", "exclusive", pq, 39],
    ["decision-table", "exclusive", always, 89],
    ["greatest", "open", (_, d) => d[0] === allServers(3), 8],
    ["eager", "open", f2, 26],
    ["strict", "open", (p, d) => pq(p, d) && f1(p, d), 33],
    ["decision-table", "open", f1, 55],
  ];
  it.each(expectations)("and 1 range, %s, %s: no disagreement", async (selection, allocation, isSafe, safe) => {
    const { tally, safeStandFor } = await swept(requestOf({ servers: 3, ranges: 1, selection, allocation }));
    expect(tally).toMatchObject({ tables: 89, standFor: 18 ** 2, safe, unsafe: 89 - safe, disagreementCount: 0 });
    const labelled = families.flatMap((p) => families.filter((d) => isSafe(p, d)));
    expect(safeStandFor).toBe(labelled.length);
  });
});

describe("every table with 2 servers and 2 ranges", () => {
  const selections: readonly Selection[] = ["greatest", "eager", "strict", "decision-table"];
  it.each(
    selections.flatMap((selection) =>
      (["open-first", "open"] as const).map((allocation) => ({ selection, allocation })),
    ),
  )("$selection, $allocation: no disagreement", async ({ selection, allocation }) => {
    const { tally } = await swept(requestOf({ servers: 2, selection, allocation }));
    expect(tally).toMatchObject({ tables: 36, standFor: 4 ** 3, inconclusive: 0, disagreementCount: 0 });
    expect(Math.min(tally.safe, tally.unsafe)).toBeGreaterThan(0);
  });
});

it("elected in the first range, every table with 2 servers: every shortest run is as long as the formula says", async () => {
  const { tally } = await swept(requestOf({ servers: 2, allocation: "elected-first" }));
  expect(tally).toMatchObject({ tables: 136, standFor: 4 ** 4, safe: 46, unsafe: 90, disagreementCount: 0 });
  expect(tally).toMatchObject({ inconclusive: 0, lengths: 90, equalLengths: 90 });
});

it("every table with 2 servers and 3 ranges that wait for each other: every shortest run is as long as the formula says", async () => {
  const { tally, safeStandFor } = await swept(requestOf({ servers: 2, ranges: 3, gates: true }));
  expect(tally).toMatchObject({ tables: 528, standFor: 4 ** 5, safe: 253, unsafe: 275, disagreementCount: 0 });
  expect(tally).toMatchObject({ inconclusive: 0, lengths: 275, equalLengths: 275 });
  // Counted over all labelled tables: R1 is prepared by what meets R0, and R2 by quorums of which each meets R0 or R1.
  const all = familyCatalogue(2).families;
  const labelled = all.flatMap((d0) =>
    all.flatMap((d1) => {
      const first = all.filter((p1) => allMeet(p1, d0));
      const second = all.filter((p2) => p2.every((p) => allMeet([p], d0) || allMeet([p], d1)));
      return first.flatMap(() => second.flatMap(() => all));
    }),
  );
  expect(safeStandFor).toBe(labelled.length);
});

describe("random tables", () => {
  it.each([
    { selection: "greatest", allocation: "exclusive", random: tries(40, 200) },
    { selection: "eager", allocation: "open", random: tries(30, 200) },
    { selection: "strict", allocation: "open", random: tries(30, 200) },
  ] as const)(
    "$random of up to 5 servers, $selection, $allocation: every shortest run is as long as the formula says",
    async (drawn) => {
      const { tally } = await swept(requestOf({ ...drawn, servers: 5, ranges: 1, explorer: "whole", seed: 1 }));
      expect(tally).toMatchObject({ tables: drawn.random, inconclusive: 0, disagreementCount: 0 });
      expect([tally.equalLengths, tally.lengths]).toEqual([tally.unsafe, tally.unsafe]);
      expect(Math.min(tally.safe, tally.unsafe)).toBeGreaterThan(10);
    },
  );

  it.each([
    { selection: "greatest", allocation: "exclusive", servers: 4, random: tries(20, 300) },
    { selection: "greatest", allocation: "open-first", servers: 3, random: tries(13, 200) },
    { selection: "eager", allocation: "open", servers: 3, random: tries(10, 150) },
    { selection: "strict", allocation: "open-first", servers: 3, random: tries(10, 150) },
    { selection: "decision-table", allocation: "open", servers: 2, random: tries(20, 150) },
    { selection: "greatest", allocation: "elected", servers: 3, random: tries(10, 150) },
    { selection: "eager", allocation: "elected-apart", servers: 2, random: tries(20, 150) },
  ] as const)("$random of up to $servers servers, $selection, $allocation: no disagreement", async (drawn) => {
    const explorer = drawn.selection === "decision-table" ? "whole" : "reduced";
    const { tally } = await swept(requestOf({ ...drawn, explorer, seed: 1 }));
    expect(tally).toMatchObject({ tables: drawn.random, inconclusive: 0, disagreementCount: 0 });
    // Of elected sets the reduction may miss the vote that saves a freeze.
    if (sweptVote(0, drawn.allocation) === null) expect(tally.equalLengths).toBe(tally.lengths);
    expect(Math.min(tally.safe, tally.unsafe)).toBeGreaterThan(0);
  });
});
