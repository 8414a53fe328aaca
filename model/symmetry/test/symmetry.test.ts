import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tries } from "../../../spec/test/effort.js";
import { quorums, tableOf } from "../../../spec/test/tables.js";
import { explore, type Tuning, Walk } from "../../kernel/index.js";
import { registersModel } from "../../registers/registers.js";
import { compressedRegisterSets, type Scope } from "../../registers/scope.js";
import { exploreDumbly } from "../../registers/test/oracle.js";
import { Canonicalizer } from "../canonical-form.js";
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

  it.each([1, 2])("counts all states that were found up to the nearest violation, too: %s threads", async (workers) => {
    const tuning: Partial<Tuning> = { parallelFromStates: 1, parallelFromBlocks: 1, awaitsWorkers: true };
    const options = { stopAtViolation: true, workers, tuning };
    for (const decide of [quorums("012", "34"), quorums("01", "23", "04")]) {
      const table = tableOf(5, [{ sets: [0, FOREVER], decide, prepare: quorums("01", "23", "4") }]);
      const scope: Scope = { table, registerSets: [0, 1], values: 2, clients: null };
      const { distinctStates, transitions, stoppedBy } = await explore(registersModel(scope), options);
      expect(stoppedBy).toBe("violation");
      expect(await quotientOf(scope, registersModel(scope), options)).toMatchObject({ distinctStates, transitions });
    }
  });

  it("counts the states that all found canonical forms stand for, where a bound ends the search", async () => {
    const scope: Scope = { table: majorityOf3, registerSets: [0, 1, 2], values: 2, clients: null };
    const model = registersModel(scope);
    for (const statesMax of [1, 30, 200, 700]) {
      const { distinctStates, representatives, forms } = await quotientOf(scope, model, { statesMax });
      const canonicalizer = new Canonicalizer(model, scope);
      const width = model.workspace.words.length;
      let represented = 0;
      let found = 0;
      for (const level of forms.states.levels) {
        for (const [first, end] of forms.states.rangesOf(level)) {
          for (let state = first; state < end; state++) {
            found++;
            represented += canonicalizer.orbitSizeAt(forms.states.packed, state * width);
          }
        }
      }
      expect({ distinctStates, representatives }).toEqual({ distinctStates: represented, representatives: found });
    }
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
    { values: 2, sets: 3, clients: [1, 2], runs: tries(3, 60) },
    { values: 2, sets: 2, clients: [null], runs: tries(10, 300) },
    { values: 2, sets: 3, clients: [null], runs: tries(2, 30) },
    { values: 3, sets: 2, clients: [null, 1, 2, 3], runs: tries(3, 60) },
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
