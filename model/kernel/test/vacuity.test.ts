/** What a complete exploration reports as vacuous, compared with what the closures say in every reachable state. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { tries } from "../../../spec/test/effort.js";
import { tableOf } from "../../../spec/test/tables.js";
import { reducedRegistersModel } from "../../registers/reduced.js";
import { registersModel } from "../../registers/registers.js";
import { compressedRegisterSets, type Scope } from "../../registers/scope.js";
import { Canonicalizer } from "../../symmetry/canonical-form.js";
import { defineModel, type Model } from "../declaration/model.js";
import { searchConcurrently } from "../search/concurrent-search.js";
import type { Exploration, ExploreOptions, Tuning, Vacuity } from "../search/exploration.js";
import { explore } from "../search/explore.js";
import { counters } from "./counters.js";
import { levelsOf } from "./levels.js";

const eager: Partial<Tuning> = { parallelFromStates: 1, parallelFromBlocks: 1, awaitsWorkers: true };
const cramped: Partial<Tuning> = { slots: 1 << 4, nextSlots: [], logStates: 600 };

const WAYS: Readonly<Record<string, ExploreOptions>> = {
  "without the graph": {},
  "with the graph": { graphTransitionsMax: 1e7 },
  "in cramped tables": { tuning: cramped },
  "within a bound on memory": { bytesMax: 5e6 },
  "up to a violation that there is not": { stopAtViolation: true },
};

/** By the closures, in every state that they lead to. */
function vacuityDumbly(model: Model, premises: Readonly<Record<string, () => boolean>>): Vacuity {
  const taken = new Set<string>();
  const held = new Set<string>();
  for (const state of levelsOf(model).flat()) {
    model.workspace.load(Int32Array.from(state.split(","), Number), 0);
    for (const { name, parameters, guard } of model.actions) {
      const [size = 1] = Object.values(parameters);
      if (Array.from({ length: size }, (_, value) => guard(value)).some((isEnabled) => isEnabled)) taken.add(name);
    }
    for (const [name, premise] of Object.entries(premises)) if (premise()) held.add(name);
  }
  return {
    neverTaken: model.actions.map(({ name }) => name).filter((name) => !taken.has(name)),
    vacuous: Object.keys(premises).filter((name) => !held.has(name)),
  };
}

/** Two nodes and a lease that ends when the clock has run down. */
const leaseModel = (clockAtFirst: number): Model =>
  defineModel({
    name: "lease",
    variables: { clock: { shape: [], domain: 4 }, holder: { shape: [2], domain: 2 } },
    initially: ({ clock }) => clock.set(clockAtFirst),
    actions: ({ clock, holder }) => [
      {
        name: "tick",
        parameters: {},
        guard: () => clock.at() > 0 && clock.at() < 3,
        effect: () => clock.set(clock.at() - 1),
      },
      {
        name: "acquire",
        parameters: { node: 2 },
        guard: (node) => holder.is(0, node) && (holder.is(0, 1 - node) || clock.is(0)),
        effect: (node) => holder.set(1, node),
      },
    ],
    properties: ({ clock, holder }) => [
      { name: "one holder", holds: () => clock.is(0) || !(holder.is(1, 0) && holder.is(1, 1)) },
      {
        name: "the second waits",
        premise: () => holder.is(1, 0) && holder.is(1, 1),
        holds: () => !(holder.is(1, 0) && holder.is(1, 1)) || clock.is(0),
      },
    ],
  });

describe("a lease", () => {
  it.each(Object.entries(WAYS))("that is safe since its clock cannot tick is reported: %s", async (_, options) => {
    const { complete, violations, vacuity } = await explore(leaseModel(3), options);
    expect({ complete, violations: violations.size }).toEqual({ complete: true, violations: 0 });
    expect(vacuity).toEqual({ neverTaken: ["tick"], vacuous: ["the second waits"] });
  });

  it.each(Object.entries(WAYS))("whose clock ticks is not: %s", async (_, options) => {
    expect((await explore(leaseModel(2), options)).vacuity).toEqual({ neverTaken: [], vacuous: [] });
  });

  it("that was not explored completely is not judged", async () => {
    for (const graphTransitionsMax of [0, 1e6]) {
      const { complete, vacuity } = await explore(leaseModel(3), { statesMax: 2, graphTransitionsMax });
      expect({ complete, vacuity }).toEqual({ complete: false, vacuity: null });
      const large = counters(12, 4, () => ({ name: "small", premise: () => false, holds: () => true }));
      const stopped = await explore(large, {
        signal: AbortSignal.abort(),
        graphTransitionsMax: 100 * graphTransitionsMax,
      });
      expect(stopped).toMatchObject({ stoppedBy: "interrupted", vacuity: null });
    }
  });

  it("with a violation is judged, unless the search stops there", async () => {
    const broken: Model = {
      ...leaseModel(3),
      properties: [
        { ...leaseModel(3).properties[0]!, conditions: [{ holds: () => true, arity: 0 }], holds: () => false },
      ],
    };
    expect((await explore(broken)).vacuity).toEqual({ neverTaken: ["tick"], vacuous: [] });
    expect((await explore(broken, { stopAtViolation: true })).vacuity).toBeNull();
  });
});

const CELLS = 4;

/**
 * tested holds content → written holds to; with `sum`, only where all contents come to it: no guarded command,
 * but a closure that is remembered.
 */
interface DrawnStep {
  readonly tested: number;
  readonly content: number;
  readonly written: number;
  readonly to: number;
  readonly sum: number | null;
}

const cell = fc.nat(CELLS - 1);
const content = fc.nat(2);
const arbitraryStep: fc.Arbitrary<DrawnStep> = fc.record({
  tested: cell,
  content,
  written: cell,
  to: content,
  sum: fc.option(fc.nat(8), { freq: 3 }),
});

it.each([3, 2 ** 11])("of random models is what closures say in every state: domains of %i", async (domain) => {
  const seen = { neverTaken: 0, taken: 0, vacuous: 0, held: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(arbitraryStep, { minLength: 1, maxLength: 8 }),
      fc.array(fc.tuple(cell, content, content), { minLength: 2, maxLength: 5 }),
      async (steps, premised) => {
        const model = defineModel({
          name: "random",
          variables: { cell: { shape: [CELLS], domain } },
          actions: ({ cell }) =>
            steps.map(({ tested, content, written, to, sum }, index) => ({
              name: `step${index}`,
              parameters: { twin: 2 },
              guard: (twin) =>
                cell.is(content, tested) &&
                cell.at(written) !== to + twin &&
                (sum === null || cell.at(0) + cell.at(1) + cell.at(2) + cell.at(3) === sum),
              effect: () => cell.set(to, written),
            })),
          properties: ({ cell }) =>
            premised.map(([held, content, other], index) => ({
              name: `property${index}`,
              premise: () => cell.is(content, held) && cell.at(0) >= other,
              holds: () => true,
            })),
        });
        const premises = Object.fromEntries(model.properties.map(({ name, premise }) => [name, premise!]));
        const expected = vacuityDumbly(model, premises);
        for (const options of Object.values(WAYS)) expect((await explore(model, options)).vacuity).toEqual(expected);
        seen.neverTaken += expected.neverTaken.length;
        seen.taken += steps.length - expected.neverTaken.length;
        seen.vacuous += expected.vacuous.length;
        seen.held += premised.length - expected.vacuous.length;
      },
    ),
    { numRuns: tries(10, 100), seed: 1 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(3);
});

const majorityOf3 = tableOf(3, [{ sets: [0, Number.POSITIVE_INFINITY], decide: [0b011, 0b101, 0b110] }]);
const scopeOf = (sets: number): Scope => ({
  table: majorityOf3,
  registerSets: Array.from({ length: sets }, (_, set) => set),
  values: 2,
  clients: null,
});

describe("of the register model", () => {
  it("with one register set: no freeze, since no set lies below; with two there is nothing, by threads and symmetry too", async () => {
    const expected: Record<number, Vacuity> = {
      1: { neverTaken: ["freeze"], vacuous: [] },
      2: { neverTaken: [], vacuous: [] },
    };
    for (const [sets, vacuity] of Object.entries(expected)) {
      const scope = scopeOf(Number(sets));
      const model = registersModel(scope);
      const found: Exploration[] = [];
      for (const workers of [1, 2, 3]) {
        found.push(await explore(model, { workers, tuning: workers > 1 ? { ...eager, ...cramped } : {} }));
        const symmetry = new Canonicalizer(model, scope);
        found.push(await searchConcurrently(model, { workers, tuning: workers > 1 ? eager : {} }, symmetry));
      }
      found.push(await explore(model, { graphTransitionsMax: 1e6 }));
      expect(found.map((exploration) => exploration.vacuity)).toEqual(found.map(() => vacuity));
    }
  });

  it("is the same however random tables are explored", async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryTable({ servers: { min: 1, max: 3 }, ranges: { min: 1, max: 2 }, allocation: "any" }),
        fc.constantFrom(1, 2),
        async (table, sets) => {
          const scope = { table, registerSets: compressedRegisterSets(table).slice(0, sets), values: 2, clients: null };
          for (const model of [registersModel(scope), reducedRegistersModel(scope)]) {
            const { vacuity } = await explore(model, { graphTransitionsMax: 1e7 });
            expect(vacuity).not.toBeNull();
            expect((await explore(model)).vacuity).toEqual(vacuity);
            expect((await explore(model, { workers: 2, tuning: eager })).vacuity).toEqual(vacuity);
          }
          const model = registersModel(scope);
          const upToSymmetry = await searchConcurrently(model, {}, new Canonicalizer(model, scope));
          expect(upToSymmetry.vacuity).toEqual((await explore(model)).vacuity);
        },
      ),
      { numRuns: tries(2, 30), seed: 1 },
    );
  });
});
