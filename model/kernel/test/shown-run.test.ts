/**
 * The run that is shown for a violation: of all shortest ones the first in the order of steps, whichever way it was
 * found.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tries } from "../../../spec/test/effort.js";
import { registersModel } from "../../registers/registers.js";
import { compressedRegisterSets } from "../../registers/scope.js";
import { Canonicalizer } from "../../symmetry/canonical-form.js";
import { arbitrarySymmetricTable } from "../../symmetry/test/symmetry-tables.js";
import { violatingRun } from "../analysis/shortest-run.js";
import { defineModel, type Model } from "../declaration/model.js";
import { searchConcurrently } from "../search/concurrent-search.js";
import type { Exploration, ExploreOptions, Tuning } from "../search/exploration.js";
import { explore } from "../search/explore.js";
import type { Symmetry } from "../store/symmetry.js";
import { firstShortestRun } from "./first-run.js";

const CELLS = 6;

/** Sets a cell to one content where another cell holds some content; several may do the same. */
type DrawnStep = readonly [tested: number, content: number, written: number, to: number];

/**
 * Cells of this domain; it says in how many words they lie. The property fails where the last cell has its last content
 * but one.
 */
const modelOf = (domain: number, steps: readonly DrawnStep[]): Model =>
  defineModel({
    name: "shown",
    variables: { cell: { shape: [CELLS], domain } },
    actions: ({ cell }) =>
      steps.map(([tested, content, written, to], index) => ({
        name: `step${index}`,
        parameters: { twin: 2 },
        guard: () => cell.is(content, tested),
        effect: () => cell.set(to, written),
      })),
    properties: ({ cell }) => [{ name: "never", holds: () => cell.at(CELLS - 1) !== 2 }],
  });

const cramped: Partial<Tuning> = { slots: 1 << 4, nextSlots: [], logStates: 600 };
const eager: Partial<Tuning> = { parallelFromStates: 1, parallelFromBlocks: 1, awaitsWorkers: true };

const WAYS: readonly ExploreOptions[] = [
  {},
  { graphTransitionsMax: 1e6 },
  { stopAtViolation: true },
  { tuning: cramped },
];

/** How it was found does not matter: by every way of searching it is the oracle's. */
async function expectFirstRun(model: Model, ways: readonly ExploreOptions[]): Promise<number[] | null> {
  const expected = firstShortestRun(model, "never");
  for (const options of ways) {
    const exploration = await explore(model, options);
    expect(exploration.violations).toEqual(expected === null ? new Map() : new Map([["never", expected.length]]));
    if (expected !== null) expect(violatingRun(exploration, "never")).toEqual(expected);
  }
  return expected;
}

describe("the run to a violation", () => {
  it.each([
    { domain: 3, words: 1 },
    { domain: 2 ** 12, words: 3 },
    { domain: 2 ** 20, words: 6 },
  ])("is the first of the shortest, in the order of steps: $words words", async ({ domain, words }) => {
    const cell = fc.nat(CELLS - 1);
    const step = fc.tuple(cell, fc.nat(2), cell, fc.nat(2));
    let violated = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), async (steps) => {
        const model = modelOf(domain, steps);
        expect(model.initial).toHaveLength(words);
        if ((await expectFirstRun(model, WAYS)) !== null) violated++;
      }),
      { numRuns: tries(25, 200), seed: 1 },
    );
    expect(violated).toBeGreaterThan(4);
  });

  it("depends on the order in which actions are declared, and on nothing else", async () => {
    const both = (names: readonly string[], far: number) =>
      defineModel({
        name: "two ways",
        variables: { cell: { shape: [2], domain: 4 } },
        actions: ({ cell }) =>
          names.map((name) => {
            const [c, to] = name === "left" ? [0, far] : [1, 4 - far];
            return { name, parameters: {}, guard: () => cell.is(0, c), effect: () => cell.set(to!, c) };
          }),
        properties: ({ cell }) => [{ name: "never", holds: () => cell.is(0, 0) && cell.is(0, 1) }],
      });
    for (const names of [
      ["left", "right"],
      ["right", "left"],
    ]) {
      // As packed, one of the two states comes first, and then the other.
      for (const far of [1, 3]) expect(await expectFirstRun(both(names, far), WAYS)).toEqual([0]);
    }
  });

  it("has no steps where the initial state violates", async () => {
    const model = modelOf(2, []);
    const broken = {
      ...model,
      properties: [{ ...model.properties[0]!, holds: () => false, conditions: [{ holds: () => true, arity: 0 }] }],
    };
    expect(await expectFirstRun(broken, WAYS)).toEqual([]);
  });
});

describe("the run that breaks agreement", () => {
  it("is the oracle's, by threads and up to symmetry too", async () => {
    let violated = 0;
    await fc.assert(
      fc.asyncProperty(
        arbitrarySymmetricTable({ servers: { min: 2, max: 3 }, ranges: { min: 1, max: 2 }, allocation: "any" }),
        fc.constantFrom(null, 1, 2),
        async (table, clients) => {
          const scope = { table, registerSets: compressedRegisterSets(table).slice(0, 2), values: 2, clients };
          const model = registersModel(scope);
          const expected = firstShortestRun(model, "agreement");
          const runOf = (exploration: Exploration, symmetry: Symmetry | null = null) =>
            exploration.violations.has("agreement") ? violatingRun(exploration, "agreement", symmetry) : null;
          for (const options of [
            {},
            { graphTransitionsMax: 1e6 },
            { workers: 2, tuning: eager },
            { stopAtViolation: true },
          ]) {
            expect(runOf(await explore(model, options))).toEqual(expected);
          }
          const symmetry = new Canonicalizer(model, scope);
          for (const options of [{}, { workers: 2, tuning: eager }]) {
            expect(runOf(await searchConcurrently(model, options, symmetry), symmetry)).toEqual(expected);
          }
          if (expected !== null) violated++;
        },
      ),
      { numRuns: tries(4, 40), seed: 1 },
    );
    expect(violated).toBeGreaterThan(0);
  });
});
