/**
 * A register set that belongs to one named client is as exclusive as one whose owner goes by turns: every rule judges
 * it alike.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Allocation, QuorumTable, Selection } from "../quorum-table.js";
import { judgeF1 } from "../rules/f1.js";
import { judgeF2 } from "../rules/f2.js";
import { currentDecision } from "../rules/four-rules.js";
import { judgeG1 } from "../rules/g1.js";
import { judgeRules } from "../rules/judge.js";
import { judgePQ } from "../rules/pq.js";
import { isShared } from "../table-families.js";
import { shortestViolatingRun } from "../violation/shortest-plan.js";
import { arbitraryTable } from "./arbitrary-table.js";
import { FOREVER, quorums, tableOf } from "./tables.js";

const NAMED: Allocation = { kind: "client", client: "alice" };

const withNamedOwner = (table: QuorumTable): QuorumTable => ({
  ...table,
  ranges: table.ranges.map((range) => (range.allocation.kind === "open" ? range : { ...range, allocation: NAMED })),
});

const SELECTIONS: readonly Selection[] = ["greatest", "eager", "strict", "decision-table"];

describe("a named owner instead of turns", () => {
  it("changes no judgement, witness or length", () => {
    const seen = { mixed: 0, broken: 0 };
    fc.assert(
      fc.property(arbitraryTable({ allocation: "any" }), fc.constantFrom(...SELECTIONS), (drawn, selection) => {
        const table = { ...drawn, selection };
        const named = withNamedOwner(table);
        for (const judge of [judgePQ, judgeF1, judgeF2, judgeG1, judgeRules, shortestViolatingRun] as const) {
          expect(judge(named)).toEqual(judge(table));
        }
        const kinds = new Set(named.ranges.map(({ allocation }) => allocation.kind));
        if (kinds.size === 2) seen.mixed++;
        if (judgeRules(named).some(({ holds }) => !holds)) seen.broken++;
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(seen.mixed).toBeGreaterThan(50);
    expect(seen.broken).toBeGreaterThan(50);
  });

  it("lets quorums of one set be disjoint, with an open set below, too", () => {
    const all = quorums("01");
    const table = withNamedOwner(
      tableOf(2, [
        { sets: [0, 0], decide: all, open: true },
        { sets: [1, FOREVER], decide: quorums("0", "1"), prepare: all },
      ]),
    );
    expect(judgeRules(table).map(({ rule, holds }) => `${rule} ${holds}`)).toEqual([
      "PQ true",
      "F1 true",
      "F2 true",
      "G1 true",
    ]);
    expect(isShared(table, 1)).toBe(false);
    // One owner proposes one value, so two of them are against rule 3, whatever the quorums.
    expect(currentDecision(table, 1, ["A"])).toBe(true);
    expect(
      currentDecision({ ...table, ranges: [{ ...table.ranges[1]!, first: 0, decide: table.ranges[0]!.decide }] }, 0, [
        "A",
        "B",
      ]),
    ).toBe(false);
  });
});
