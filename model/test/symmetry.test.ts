import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quorums, tableOf } from "../../spec/test/tables.js";
import { Walk } from "../kernel/walk.js";
import { registersModel } from "../registers/registers.js";
import { compressedRegisterSets, type Scope } from "../registers/scope.js";
import { exploreDumbly } from "./oracle.js";
import { quotientOf } from "./symmetry-explorer.js";
import { arbitrarySymmetricTable } from "./symmetry-tables.js";

const FOREVER = Number.POSITIVE_INFINITY;
const majorityOf3 = tableOf(3, [{ sets: [0, FOREVER], decide: quorums("01", "02", "12") }]);

describe("exploring canonical forms only", () => {
  it.each([
    { table: majorityOf3, sets: 2, clients: null, representatives: 80, distinctStates: 558, transitions: 1598 },
    { table: majorityOf3, sets: 3, clients: null, representatives: 1117, distinctStates: 10_123, transitions: 38_899 },
    { table: majorityOf3, sets: 2, clients: 2, representatives: 70, distinctStates: 251, transitions: 673 },
  ])("counts all states: $sets sets, clients $clients", async ({ table, sets, clients, ...counts }) => {
    const registerSets = [0, 1, 2].slice(0, sets);
    expect(await quotientOf({ table, registerSets, values: 2, clients })).toMatchObject({
      ...counts,
      shortestRun: null,
    });
  });

  const agrees = async (scope: Scope): Promise<void> => {
    const { table, ...rest } = scope;
    const { decidedAtViolation: _, shortestViolation, ...expected } = exploreDumbly(table, rest);
    const quotient = await quotientOf(scope);
    expect(quotient).toMatchObject(expected);
    expect(quotient.shortestRun?.length ?? null).toBe(shortestViolation);
    if (quotient.shortestRun !== null) expectDisagreement(scope, quotient.shortestRun);
  };

  it.each([
    { values: 2, sets: 3, clients: [1, 2], runs: 9 },
    { values: 2, sets: 2, clients: [null], runs: 67 },
    { values: 2, sets: 3, clients: [null], runs: 4 },
    { values: 3, sets: 2, clients: [null, 1, 2, 3], runs: 14 },
  ])(
    "finds what the oracle finds in random tables: $values values, $sets sets, clients $clients",
    async ({ values, sets, clients, runs }) => {
      await fc.assert(
        fc.asyncProperty(
          arbitrarySymmetricTable({ servers: { min: 1, max: 3 }, ranges: { min: 1, max: 3 }, allocation: "any" }),
          fc.constantFrom(...clients),
          async (table, clients) => {
            await agrees({ table, registerSets: compressedRegisterSets(table).slice(0, sets), values, clients });
          },
        ),
        { numRuns: runs, seed: 1 },
      );
    },
  );
});

/** The run is one of the model's own, and two values are decided at its end and not before. */
function expectDisagreement(scope: Scope, run: readonly number[]): void {
  const model = registersModel(scope);
  const agreement = model.properties.find(({ name }) => name === "agreement")!;
  const walk = new Walk(model);
  for (const step of run) {
    expect(agreement.holds()).toBe(true);
    walk.take(step);
  }
  expect(agreement.holds()).toBe(false);
}
