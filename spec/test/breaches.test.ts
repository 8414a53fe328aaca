/** What is said of the least number of steps, for families whose quorums are too many to be tried. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QuorumTable, Selection } from "../quorum-table.js";
import { representatives } from "../rules/representatives.js";
import { parseTable } from "../table-file.js";
import { breachesOf } from "../violation/breaches.js";
import { shortestPlan } from "../violation/shortest-plan.js";
import { arbitraryTable } from "./arbitrary-table.js";
import { tries } from "./effort.js";

const setsOf = (table: QuorumTable): number[] => representatives(table).map(({ registerSet }) => registerSet);

describe("the nearest breach", () => {
  it("is no further than the shortest run, mostly as far, and there is none if there is no run", () => {
    const tables = arbitraryTable({ servers: { min: 1, max: 5 }, allocation: "elected" });
    const selection = fc.constantFrom<Selection>("greatest", "eager", "strict", "decision-table");
    const seen = { safe: 0, unsafe: 0, exact: 0 };
    fc.assert(
      fc.property(tables, selection, (drawn, selection) => {
        const table = { ...drawn, selection };
        const length = shortestPlan(table, setsOf(table))?.length ?? Number.POSITIVE_INFINITY;
        const least = Math.min(...breachesOf(table, setsOf(table)).map((breach) => breach.least));
        expect(least).toBeLessThanOrEqual(length);
        expect(Number.isFinite(least), "a breach if and only if there is a run").toBe(Number.isFinite(length));
        seen[Number.isFinite(length) ? "unsafe" : "safe"]++;
        if (Number.isFinite(length) && least === length) seen.exact++;
      }),
      { numRuns: tries(1000, 3000), seed: 1 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(300);
    expect(seen.exact).toBeGreaterThan(0.8 * seen.unsafe);
  });
});

describe("of families too large to be listed, the shortest run", () => {
  const tableOf = (servers: number, selection: Selection, ranges: string) =>
    parseTable(
      `servers: [${Array.from({ length: servers }, (_, s) => `s${s}`).join(", ")}]\nselection: ${selection}\nregisters:\n${ranges}`,
      "large.yaml",
    );
  const open = (fast: number, classic: number, prepare: number) =>
    `  - { sets: 0, decide: any ${fast}, allocation: open }\n  - { sets: 1.., decide: any ${classic}, prepare: any ${prepare} }\n`;

  // Where two fast quorums share 2 f - n servers, n - p of which a phase-1 quorum may miss, the rest of it is split
  // between both.
  it.each([
    [
      "PQ: 2 proposals, q + p + d",
      31,
      "greatest",
      "  - { sets: 0.., decide: any 15, prepare: any 12 }\n",
      2 + 15 + 12 + 15,
    ],
    ["F1: 2 proposals, 2 f", 31, "eager", open(12, 16, 31), 2 + 2 * 12],
    // The phase-1 quorum is frozen where it is not written; B is written where it meets the other quorum, A's quorum is
    // all written.
    ["F2: 3 proposals, the fast quorum and the rest of all servers that P takes, d", 31, "eager", open(20, 16, 16), 44],
    ["F2 on 21 servers", 21, "eager", open(15, 11, 11), 34],
    ["G1: 3 proposals, f, the rest that P needs, one stray, d", 31, "greatest", open(22, 16, 16), 3 + 22 + 16 + 1],
  ] as const)("%s", (_, servers, selection, ranges, length) => {
    const table = tableOf(servers, selection, ranges);
    expect(shortestPlan(table, setsOf(table))).toMatchObject({ length, isShortest: true });
  });

  it("of weights is known to be one", () => {
    const weights = Array.from({ length: 20 }, (_, s) => `s${s}: ${1 + (s % 5)}`).join(", ");
    const table = tableOf(
      20,
      "greatest",
      `  - { sets: 0.., decide: { weights: { ${weights} }, threshold: 30 }, prepare: { weights: { ${weights} }, threshold: 30 } }\n`,
    );
    expect(shortestPlan(table, setsOf(table))?.isShortest).toBe(true);
  });
});
