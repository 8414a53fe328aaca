/** A sweep that could not find a wrong rule would be no evidence: here wrong ones are given to it. */
import { describe, expect, it } from "vitest";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { meets } from "../../../spec/server-set.js";
import { phase2Quorums, writtenQuorums } from "../../../spec/table-families.js";
import { quorums } from "../../../spec/test/tables.js";
import { examine } from "../examine.js";
import { examinersHere } from "../examiners.js";
import { type RulesJudge, rulesJudge } from "../rules-judge.js";
import { sweep, tablesOf } from "../sweep.js";
import { tableOf } from "../swept-table.js";
import { Tally } from "../tally.js";
import { requestOf } from "./requests.js";

/** Whether the written phase-1 quorums of one range meet the phase-2 quorums of the other. */
const everyMeets = (table: QuorumTable, range: number, other: number): boolean => {
  const decide = phase2Quorums(table, table.ranges[other]!.first);
  return writtenQuorums(table, table.ranges[range]!.prepare!).every((p) => decide.every((q) => meets(p, q)));
};

/** PQ between ranges only: forgets that a range of several sets must meet itself. */
const blindWithinRanges: RulesJudge = {
  ...rulesJudge,
  saySafe: (table) => everyMeets(table, 1, 0),
};

async function disagreements(judge: RulesJudge) {
  const request = requestOf({ servers: 2 });
  const found: { table: QuorumTable; sentence: string }[] = [];
  const tally = new Tally();
  const isFinished = await sweep(
    {
      tables: tablesOf(request),
      tally,
      record: (_number, { table }, { disagreement }) => {
        if (disagreement !== null) found.push({ table, sentence: disagreement });
      },
      onProgress: () => {},
      signal: new AbortController().signal,
    },
    examinersHere({ explorer: "whole", judge }),
  );
  return { found, tally, isFinished };
}

describe("a judge that ignores PQ within a range", () => {
  it("is contradicted on exactly the tables that are broken there and nowhere else", async () => {
    const { found, tally, isFinished } = await disagreements(blindWithinRanges);
    const expected = [...tablesOf(requestOf({ servers: 2 }))]
      .map(({ table }) => table)
      .filter((table) => everyMeets(table, 1, 0) && !everyMeets(table, 1, 1));
    expect(found.map(({ table }) => table)).toEqual(expected);
    expect(expected).toHaveLength(6);
    expect(isFinished).toBe(true);
    expect(tally).toMatchObject({ tables: 36, disagreementCount: 6 });
    expect(tally.disagreements.map(({ sentence }) => sentence)).toEqual(found.map(({ sentence }) => sentence));
    for (const { table, sentence } of found) {
      const { run } = examine(table, { explorer: "whole" })!;
      expect(sentence).toBe(`the rules hold, and yet a run of ${run} steps decides two values`);
    }
  });
});

describe("other wrong judges", () => {
  it("that calls every table unsafe is contradicted on every safe one", async () => {
    const right = await disagreements(rulesJudge);
    expect(right.found).toEqual([]);
    const { found, tally } = await disagreements({ ...rulesJudge, saySafe: () => false });
    expect(found).toHaveLength(right.tally.safe);
    expect(tally.safe).toBe(right.tally.safe);
    expect(new Set(found.map(({ sentence }) => sentence))).toEqual(
      new Set(["a rule is broken, and yet no run of the scope decides two values"]),
    );
  });

  it("that counts a step too many is contradicted on every unsafe one", async () => {
    const counted = (table: QuorumTable, registerSets: readonly number[]): number | null => {
      const shortest = rulesJudge.shortestRun(table, registerSets);
      return shortest === null ? null : shortest + 1;
    };
    const { found, tally } = await disagreements({ ...rulesJudge, shortestRun: counted });
    expect(found).toHaveLength(tally.unsafe);
    expect(found[0]!.sentence).toMatch(/^by the formula the shortest run has \d steps, and yet exploration finds \d$/);
  });

  // Three ranges: R0 {0}, R1 {0,1,2,3} prepared at {1}, R2.. {1} prepared at {0}. By relay 7 steps, directly 8.
  const relayed = tableOf(
    "relayed",
    4,
    [
      { first: 0, last: 0, decide: quorums("0"), prepare: null, elect: null },
      { first: 1, last: 1, decide: quorums("0123"), prepare: quorums("1"), elect: null },
      { first: 2, last: 2, decide: quorums("1"), prepare: quorums("0"), elect: null },
    ],
    { selection: "greatest", allocation: "exclusive" },
  );

  it("that knows direct runs only is contradicted by a relay, by the reduction too", () => {
    const direct: RulesJudge = { ...rulesJudge, shortestRun: () => 8 };
    for (const explorer of ["whole", "reduced"] as const) {
      expect(examine(relayed, { explorer })).toMatchObject({ formula: 7, run: 7, disagreement: null });
      expect(examine(relayed, { explorer, judge: direct })).toMatchObject({
        disagreement: "by the formula the shortest run has 8 steps, and yet exploration finds 7",
      });
    }
  });

  it("that promises a shorter run is contradicted by the whole exploration, not by the reduction", () => {
    const judge: RulesJudge = { ...rulesJudge, shortestRun: () => 6 };
    expect(examine(relayed, { explorer: "whole", judge })!.disagreement).toContain("has 6 steps");
    expect(examine(relayed, { explorer: "reduced", judge })!.disagreement).toBeNull();
  });

  it("that finds a run in a safe table, or none in an unsafe one, contradicts itself", () => {
    const none: RulesJudge = { ...rulesJudge, shortestRun: () => null };
    expect(examine(relayed, { explorer: "whole", judge: none })!.disagreement).toBe(
      "by the formula no run decides two values, by exploration a run of 7 steps",
    );
    const safe = { ...relayed, ranges: [relayed.ranges[0]!] };
    const some: RulesJudge = { ...rulesJudge, shortestRun: () => 9 };
    expect(examine(safe, { explorer: "whole", judge: some })!.disagreement).toBe(
      "by the formula a run of 9 steps decides two values, by exploration no run",
    );
  });
});

describe("a table that cannot be explored to the end", () => {
  const three = tableOf(
    "three",
    3,
    [{ first: 0, last: 9, decide: quorums("01", "02", "12"), prepare: null, elect: null }],
    {
      selection: "greatest",
      allocation: "exclusive",
    },
  );

  it("is inconclusive, whatever the rules say", () => {
    for (const saySafe of [() => true, () => false]) {
      expect(examine(three, { explorer: "whole", statesMax: 100, judge: { ...rulesJudge, saySafe } })).toMatchObject({
        explorer: "inconclusive",
        run: null,
        disagreement: null,
      });
    }
    expect(examine(three, { explorer: "whole" })).toMatchObject({ rules: "safe", explorer: "safe" });
  });

  it("is left alone when it is stopped", () => {
    expect(examine(three, { explorer: "whole", isStopped: () => true })).toBeNull();
  });
});
