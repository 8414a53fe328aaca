import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Selection } from "../../../spec/quorum-table.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { tries } from "../../../spec/test/effort.js";
import { quorums, tableOf } from "../../../spec/test/tables.js";
import { registersModel } from "../registers.js";
import { compressedRegisterSets, type Scope } from "../scope.js";
import { figuresOf, oracleFigures } from "./figures.js";

/**
 * Clients that choose are what is easiest to get wrong, in the model too: the oracle's counts of four selections are
 * worth seconds.
 */
const SELECTIONS: readonly Selection[] = ["greatest", "eager", "strict", "decision-table"];

const figures = (scope: Scope) => figuresOf(registersModel(scope));

/** distinct states, transitions, depth, shortest violation */
type Figures = readonly [number, number, number, number | null];

interface Pinned {
  readonly story: string;
  readonly table: (selection: Selection) => ReturnType<typeof tableOf>;
  readonly figures: Readonly<Record<Selection, Figures>>;
}

const any2of3 = quorums("01", "02", "12");
const any2of4 = quorums("01", "02", "03", "12", "13", "23");
const any3of4 = quorums("012", "013", "023", "123");
const openThenExclusive =
  (servers: number, decideOpen: number[], decide: number[], prepare: number[]) => (selection: Selection) =>
    tableOf(
      servers,
      [
        { sets: [0, 0], decide: decideOpen, open: true },
        { sets: [1, 1], decide, prepare },
      ],
      { selection },
    );

/** Each confirmed by two more explorers: the oracle in this folder, and one in C++ outside the repository. */
const pinned: readonly Pinned[] = [
  {
    story: "3 servers, an open set decided by any 2 is too weak for phase 1 at any 2 (F2)",
    table: openThenExclusive(3, any2of3, any2of3, any2of3),
    figures: {
      greatest: [1278, 4158, 9, 8],
      eager: [1278, 4158, 9, 8],
      strict: [1134, 3636, 9, null],
      "decision-table": [1134, 3636, 9, null],
    },
  },
  {
    story: "4 servers, fast quorums of 3, phase 1 at any 2 (F2 fails)",
    table: openThenExclusive(4, any3of4, any3of4, any2of4),
    figures: {
      greatest: [10_674, 49_778, 11, 10],
      eager: [10_674, 49_778, 11, 10],
      strict: [9778, 44_474, 11, null],
      "decision-table": [9778, 44_474, 11, null],
    },
  },
  {
    story: "4 servers, fast quorums of 3, phase 1 at any 3 (F2 holds)",
    table: openThenExclusive(4, any3of4, any3of4, any3of4),
    figures: {
      greatest: [7218, 27_674, 11, 10],
      eager: [6706, 25_466, 11, null],
      strict: [6706, 25_466, 11, null],
      "decision-table": [9778, 44_474, 11, null],
    },
  },
];

describe.each(pinned)("$story", ({ table, figures: expected }) => {
  it.each(SELECTIONS)("%s", async (selection) => {
    const scope = { table: table(selection), registerSets: [0, 1], values: 2, clients: null };
    const [distinctStates, transitions, depth, shortestViolation] = expected[selection];
    const pinnedFigures = { distinctStates, transitions, depth, shortestViolation };
    expect(await figures(scope)).toEqual(pinnedFigures);
    expect(oracleFigures(scope)).toEqual(pinnedFigures);
  });
});

describe("selection by decision table", () => {
  it.each([
    { sets: 2, distinctStates: 606, transitions: 1868, depth: 8 },
    { sets: 3, distinctStates: 12_259, transitions: 53_281, depth: 12 },
  ])("lets a client of 3-majority propose before it has a quorum: $sets sets", async ({ sets, ...counts }) => {
    const table = tableOf(3, [{ sets: [0, Number.POSITIVE_INFINITY], decide: any2of3 }], {
      selection: "decision-table",
    });
    const scope = { table, registerSets: [0, 1, 2].slice(0, sets), values: 2, clients: null };
    expect(await figures(scope)).toEqual({ ...counts, shortestViolation: null });
  });
});

describe.each(SELECTIONS)("selection %s", (selection) => {
  it("agrees with the oracle on random tables, with free and with fixed inputs, two and three values", async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryTable({ servers: { min: 1, max: 3 }, ranges: { min: 1, max: 3 }, allocation: "any" }),
        fc.constantFrom({ clients: null, values: 2 }, { clients: 2, values: 2 }, { clients: null, values: 3 }),
        async (table, { clients, values }) => {
          const registerSets = compressedRegisterSets(table).slice(0, values === 3 ? 2 : 3);
          const scope = { table: { ...table, selection }, registerSets, values, clients };
          expect(await figures(scope)).toEqual(oracleFigures(scope));
        },
      ),
      { numRuns: tries(2, 60), seed: 4 },
    );
  });
});
