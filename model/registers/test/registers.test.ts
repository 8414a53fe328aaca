import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listFormula } from "../../../spec/families/formula.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { tableOf } from "../../../spec/test/tables.js";
import { shortestViolatingRun } from "../../../spec/violation/shortest-plan.js";
import { registersModel } from "../registers.js";
import { compressedRegisterSets, deeperRegisterSets, type Scope } from "../scope.js";
import { figuresOf, oracleFigures } from "./figures.js";

const figures = (scope: Scope) => figuresOf(registersModel(scope));

describe("the register model", () => {
  it.each([
    { clients: null, sets: 2, distinctStates: 558, transitions: 1598, depth: 8 },
    { clients: null, sets: 3, distinctStates: 10_123, transitions: 38_899, depth: 12 },
    { clients: null, sets: 4, distinctStates: 145_690, transitions: 687_082, depth: 16 },
    { clients: 2, sets: 2, distinctStates: 251, transitions: 673, depth: 8 },
    { clients: 2, sets: 3, distinctStates: 4154, transitions: 15_117, depth: 12 },
    { clients: 2, sets: 4, distinctStates: 56_885, transitions: 255_432, depth: 16 },
  ])("has the reference counts of 3-majority: $sets sets, clients $clients", async ({ clients, sets, ...counts }) => {
    const scope = { table: majorityOf3, registerSets: [0, 1, 2, 3].slice(0, sets), values: 2, clients };
    expect(await figures(scope)).toEqual({ ...counts, shortestViolation: null });
  });

  it("agrees with the oracle on random tables, exclusive and open, with free and with fixed inputs", async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryTable({ servers: { min: 1, max: 3 }, ranges: { min: 1, max: 3 }, allocation: "any" }),
        fc.constantFrom(null, 1, 2),
        async (table, clients) => {
          const scope = { table, registerSets: compressedRegisterSets(table).slice(0, 3), values: 2, clients };
          expect(await figures(scope)).toEqual(oracleFigures(scope));
        },
      ),
      { numRuns: 10, seed: 1 },
    );
  });

  it("agrees with the oracle with one and with three values", async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryTable({ servers: { min: 1, max: 3 }, ranges: { min: 1, max: 2 }, allocation: "any" }),
        fc.constantFrom(1, 3),
        async (table, values) => {
          const scope = { table, registerSets: compressedRegisterSets(table).slice(0, 2), values, clients: null };
          expect(await figures(scope)).toEqual(oracleFigures(scope));
        },
      ),
      { numRuns: 10, seed: 1 },
    );
  });

  it("breaks agreement in exactly as many steps as the closed formula says, over exclusive sets", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryTable({ servers: { min: 1, max: 4 }, ranges: { min: 1, max: 2 } }), async (table) => {
        const registerSets = compressedRegisterSets(table).slice(0, 3);
        const { shortestViolation } = await figures({ table, registerSets, values: 2, clients: null });
        expect(shortestViolation).toBe(shortestViolatingRun(table, registerSets));
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});

describe("a relay", () => {
  it("is the shortest violation where the direct run would need a large quorum", async () => {
    const table = tableOf(4, [
      { sets: [0, 0], decide: [0b0001] },
      { sets: [1, 1], decide: [0b1111], prepare: [0b0010] },
      { sets: [2, 2], decide: [0b0010], prepare: [0b0001] },
    ]);
    const found = await figures({ table, registerSets: [0, 1, 2], values: 2, clients: null });
    expect(found.shortestViolation).toBe(7);
    expect(shortestViolatingRun(table, [0, 1, 2])).toBe(7);
  });
});

describe("the scope", () => {
  const rangesOf = (...ranges: [number, number][]): QuorumTable => ({
    ...majorityOf3,
    ranges: ranges.map(([first, last]) => ({ ...majorityOf3.ranges[0]!, first, last })),
  });

  it("takes two sets of every range, one of a range that has only one", () => {
    expect(compressedRegisterSets(rangesOf([0, 9], [10, Number.POSITIVE_INFINITY]))).toEqual([0, 9, 10, 11]);
    expect(compressedRegisterSets(rangesOf([0, 0], [1, 2], [3, Number.POSITIVE_INFINITY]))).toEqual([0, 1, 2, 3, 4]);
    expect(compressedRegisterSets(rangesOf([0, 0]))).toEqual([0]);
  });

  it("goes one set deeper, above if the table goes on, else in a gap", () => {
    const endless = rangesOf([0, Number.POSITIVE_INFINITY]);
    expect(deeperRegisterSets(endless, [0, 1])).toEqual([0, 1, 2]);
    expect(deeperRegisterSets(rangesOf([0, 9]), [0, 9])).toEqual([0, 1, 9]);
    expect(deeperRegisterSets(rangesOf([0, 1]), [0, 1])).toBeNull();
  });
});

const at = { file: "test", line: 1, column: 1 };

const majorityOf3: QuorumTable = {
  name: "three-majority",
  servers: ["S0", "S1", "S2"],
  clients: [],
  selection: "greatest",
  ranges: [
    {
      first: 0,
      last: Number.POSITIVE_INFINITY,
      decide: { formula: listFormula([0b011, 0b101, 0b110]), text: "majority", at },
      prepare: null,
      allocation: { kind: "round-robin" },
      at,
    },
  ],
};
