import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { tries } from "../../../spec/test/effort.js";
import { tableOf } from "../../../spec/test/tables.js";
import { shortestViolatingRun } from "../../../spec/violation/shortest-plan.js";
import { Walk } from "../../kernel/index.js";
import { reducedRegistersModel } from "../../registers/reduced.js";
import { registersModel } from "../../registers/registers.js";
import { compressedRegisterSets, type Scope } from "../../registers/scope.js";
import { quotientOf } from "./symmetry-explorer.js";
import { arbitrarySymmetricTable } from "./symmetry-tables.js";

const exploreReduced = (scope: Scope) => quotientOf(scope, reducedRegistersModel(scope));

const subsets = (count: number, size: number): number[] =>
  Array.from({ length: 2 ** count }, (_, set) => set).filter(
    (set) => [...set.toString(2)].filter((bit) => bit === "1").length === size,
  );

const threshold = (servers: number, decide: number, prepare?: number): QuorumTable =>
  tableOf(servers, [
    {
      sets: [0, Number.POSITIVE_INFINITY],
      decide: subsets(servers, decide),
      ...(prepare === undefined ? {} : { prepare: subsets(servers, prepare) }),
    },
  ]);

/** A run of the reduced model is one of the whole model, where it ends in disagreement too. */
function expectDisagreement(scope: Scope, run: readonly number[]): void {
  const model = registersModel(scope);
  const walk = new Walk(model);
  for (const step of run) walk.take(step);
  expect(model.properties.find(({ name }) => name === "agreement")!.holds()).toBe(false);
}

describe("the reduced register model", () => {
  it.each([
    { servers: 3, sets: 3, representatives: 121 },
    { servers: 3, sets: 4, representatives: 718 },
    { servers: 5, sets: 4, representatives: 12_470 },
  ])(
    "proves majorities of $servers safe over $sets sets with $representatives representatives",
    async ({ servers, sets, representatives }) => {
      const registerSets = [0, 1, 2, 3, 4].slice(0, sets);
      const scope = { table: threshold(servers, (servers + 1) / 2), registerSets, values: 2, clients: null };
      expect(await exploreReduced(scope)).toMatchObject({ representatives, shortestRun: null });
    },
  );

  it("finds a shortest run where any 3 of 5 decide and any 2 prepare", async () => {
    const scope = { table: threshold(5, 3, 2), registerSets: [0, 1, 2], values: 2, clients: 2 };
    const { shortestRun } = await exploreReduced(scope);
    expect(shortestRun).toHaveLength(10);
    expectDisagreement(scope, shortestRun!);
  });

  it.each([
    { servers: 3, sets: 3, values: 2, runs: tries(16, 400) },
    { servers: 2, sets: 5, values: 2, runs: tries(3, 60) },
    { servers: 4, sets: 2, values: 2, runs: tries(6, 150) },
    { servers: 3, sets: 2, values: 3, runs: tries(6, 150) },
  ])(
    "has the whole model's verdict and a run as short: up to $servers servers, $sets sets, $values values",
    async ({ servers, sets, values, runs }) => {
      await fc.assert(
        fc.asyncProperty(
          arbitrarySymmetricTable({ servers: { min: 1, max: servers }, ranges: { min: 1, max: 3 }, allocation: "any" }),
          fc.constantFrom(null, 1, 2),
          async (table, clients) => {
            const scope = { table, registerSets: compressedRegisterSets(table).slice(0, sets), values, clients };
            const whole = await quotientOf(scope);
            const reduced = await exploreReduced(scope);
            expect(reduced.shortestRun?.length).toBe(whole.shortestRun?.length);
            expect(reduced.representatives).toBeLessThanOrEqual(whole.representatives);
            if (reduced.shortestRun !== null) expectDisagreement(scope, reduced.shortestRun);
          },
        ),
        { numRuns: runs, seed: 1 },
      );
    },
  );

  it("breaks agreement in as many steps as the closed formula says, over exclusive sets", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryTable({ servers: { min: 1, max: 4 }, ranges: { min: 1, max: 2 } }), async (table) => {
        const registerSets = compressedRegisterSets(table);
        const { shortestRun } = await exploreReduced({ table, registerSets, values: 2, clients: null });
        expect(shortestRun?.length ?? null).toBe(shortestViolatingRun(table, registerSets));
      }),
      { numRuns: tries(4, 80), seed: 1 },
    );
  });

  it("refuses a selection that asks for more than the greatest value", () => {
    const table = { ...threshold(3, 2), selection: "decision-table" as const };
    expect(() => reducedRegistersModel({ table, registerSets: [0, 1], values: 2, clients: null })).toThrow(RangeError);
  });
});
