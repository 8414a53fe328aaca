import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { isThorough, tries } from "../../../spec/test/effort.js";
import { tableOf } from "../../../spec/test/tables.js";
import { registersModel } from "../../registers/registers.js";
import { compressedRegisterSets, type Scope } from "../../registers/scope.js";
import { violatingRun } from "../analysis/shortest-run.js";
import { defineModel, type Model } from "../declaration/model.js";
import type { Exploration, ExploreOptions, Tuning } from "../search/exploration.js";
import { explore } from "../search/explore.js";
import { counters as countersThat } from "./counters.js";

/** Everything that must not depend on how the search was done, the shown run step by step included. */
function findings(exploration: Exploration) {
  const { distinctStates, transitions, depth, depthCovered, complete, stoppedBy, violations } = exploration;
  return {
    distinctStates,
    transitions,
    depth,
    depthCovered,
    complete,
    stoppedBy,
    violations: [...violations],
    runs: Array.from(violations.keys(), (property) => violatingRun(exploration, property)),
  };
}

/**
 * Tables and logs so small that they grow often, and workers that join at once, even where there is next to nothing to
 * do.
 */
const cramped: Partial<Tuning> = { slots: 1 << 4, nextSlots: [], logStates: 600 };
const eager: Partial<Tuning> = { parallelFromStates: 1, parallelFromBlocks: 1, awaitsWorkers: true };

const withGraph: ExploreOptions = { graphTransitionsMax: 1e7, tuning: { squaresFromStates: 0 } };

async function expectSameFindings(scope: Scope, options: readonly ExploreOptions[]): Promise<void> {
  const expected = findings(await explore(registersModel(scope), withGraph));
  for (const option of options) expect(findings(await explore(registersModel(scope), option))).toEqual(expected);
}

const majorityOf3 = tableOf(3, [{ sets: [0, Number.POSITIVE_INFINITY], decide: [0b011, 0b101, 0b110] }]);

/** Any 2 of 3 decide, but one is enough to prepare. */
const unsafe = tableOf(3, [
  { sets: [0, Number.POSITIVE_INFINITY], decide: [0b011, 0b101, 0b110], prepare: [0b001, 0b010, 0b100] },
]);

const scopeOf = (table: QuorumTable, sets: number, clients: number | null = 2, values = 2): Scope => ({
  table,
  registerSets: Array.from({ length: sets }, (_, registerSet) => registerSet),
  values,
  clients,
});

/**
 * More than 64 bits a state and few states: 26 values take five bits a register, and only one of them is ever proposed.
 */
const wide = scopeOf(tableOf(1, [{ sets: [0, Number.POSITIVE_INFINITY], decide: [1] }]), 6, 1, 26);

/** Each is searched several times: what threads and crowded tables do wrong shows only where states are many. */
describe("whatever way it is done, the search finds the same", () => {
  it.each([
    { name: "one word a state", scope: scopeOf(majorityOf3, 3) },
    { name: "two words", scope: scopeOf(majorityOf3, 4) },
    { name: "three words", scope: wide },
    { name: "a violation", scope: scopeOf(unsafe, 3, null) },
    { name: "a violation among two words", scope: scopeOf(unsafe, 4) },
  ])("$name: with the graph, without, in cramped tables, by three threads", async ({ scope }) => {
    await expectSameFindings(scope, [{}, { tuning: cramped }, { workers: 3, tuning: { ...eager, ...cramped } }]);
    if (isThorough) await expectSameFindings(scope, [{ workers: 2, tuning: eager }]);
  });

  it("by two threads, with tables that are not cramped", async () => {
    await expectSameFindings(scopeOf(unsafe, 3, null), [{ workers: 2, tuning: eager }]);
  });

  it("on random tables", async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryTable({ servers: { min: 1, max: 3 }, ranges: { min: 1, max: 3 }, allocation: "any" }),
        fc.constantFrom(null, 1, 2),
        async (table, clients) => {
          const registerSets = compressedRegisterSets(table).slice(0, 3);
          const scope = { table, registerSets, values: 2, clients };
          await expectSameFindings(scope, [{}, { tuning: cramped }, { workers: 2, tuning: { ...eager, ...cramped } }]);
        },
      ),
      { numRuns: tries(2, 40), seed: 1 },
    );
  });

  it("when the graph outgrows its bound", async () => {
    const scope = scopeOf(majorityOf3, 3);
    const exploration = await explore(registersModel(scope), { graphTransitionsMax: 1000 });
    expect(exploration.graph).toBeNull();
    expect(findings(exploration)).toEqual(findings(await explore(registersModel(scope), withGraph)));
  });

  it("on one thread if workers cannot know the model", async () => {
    expect(await explore(counters(5, 4), { workers: 2, tuning: eager })).toMatchObject({ distinctStates: 4 ** 5 });
  });

  it("shows the nearest violation, even if one farther away is less as packed", async () => {
    const model = defineModel({
      name: "countdown",
      variables: { digit: { shape: [3], domain: 4 } },
      initially: ({ digit }) => {
        for (const d of [0, 1, 2]) digit.set(3, d);
      },
      actions: ({ digit }) => [
        {
          name: "lower",
          parameters: { d: 3 },
          guard: (d) => digit.at(d) > 0,
          effect: (d) => digit.set(digit.at(d) - 1, d),
        },
      ],
      properties: ({ digit }) => [{ name: "the first stays", holds: () => digit.at(0) === 3 }],
    });
    for (const options of [withGraph, {}, { stopAtViolation: true }]) {
      expect(findings(await explore(model, options)).runs).toEqual([[0]]);
    }
  });

  it("and with one thread it numbers the states the same each time", async () => {
    const packed = async () => {
      const { states, distinctStates } = await explore(registersModel(scopeOf(majorityOf3, 3)));
      return states.packed.slice(0, distinctStates);
    };
    expect(await packed()).toEqual(await packed());
  });
});

const counters = (digits: number, domain: number): Model =>
  countersThat(digits, domain, (digit) => ({
    name: "the first digit stays below its top",
    holds: () => digit.at(0) < domain - 1,
  }));

/** How many states of counters are at each depth, by brute force over the sum of digits. */
function levelSizes(digits: number, domain: number): number[] {
  let sizes = [1];
  for (let digit = 0; digit < digits; digit++) {
    const next = new Array(sizes.length + domain - 1).fill(0);
    sizes.forEach((size, sum) => {
      for (let content = 0; content < domain; content++) next[sum + content] += size;
    });
    sizes = next;
  }
  return sizes;
}

function sizesOf({ states }: Exploration): number[] {
  return states.levels.map((level) => [...states.rangesOf(level)].reduce((sum, [first, end]) => sum + end - first, 0));
}

/** Depth 24, 117,649 states below it and 5,764,801 in all. */
const large = () => counters(8, 7);
const SIZES = levelSizes(8, 7);

describe("a search that ends early", () => {
  function expectCovered(exploration: Exploration): void {
    const { depthCovered, depth } = exploration;
    const sizes = sizesOf(exploration);
    expect(depthCovered).toBeGreaterThan(0);
    expect(depthCovered).toBeLessThanOrEqual(depth);
    expect(sizes.slice(0, depthCovered + 1)).toEqual(SIZES.slice(0, depthCovered + 1));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(exploration.distinctStates);
    expect(exploration.violations.size).toBe(depth >= 6 ? 1 : 0);
  }

  it("at a bound on states says so, and to which depth everything was covered", async () => {
    const exploration = await explore(large(), { statesMax: 100_000 });
    expect(exploration).toMatchObject({ complete: false, stoppedBy: "states", graph: null });
    expect(exploration.distinctStates).toBeGreaterThanOrEqual(100_000);
    expect(exploration.distinctStates).toBeLessThan(100_500);
    expectCovered(exploration);
  });

  it("at a bound on memory keeps within it", async () => {
    const exploration = await explore(large(), { bytesMax: 12e6 });
    expect(exploration).toMatchObject({ complete: false, stoppedBy: "memory" });
    expect(exploration.bytes).toBeLessThanOrEqual(12e6);
    expect(exploration.distinctStates).toBeGreaterThan(100_000);
    expectCovered(exploration);
  });

  it("at a bound on memory that the first tables fill", async () => {
    expect(await explore(large(), { bytesMax: 500_000 })).toMatchObject({ complete: false, stoppedBy: "memory" });
  });

  it("at a bound on time", async () => {
    const exploration = await explore(large(), { secondsMax: 0.1 });
    expect(exploration).toMatchObject({ complete: false, stoppedBy: "time" });
    expectCovered(exploration);
  });

  it("when it is aborted, by two threads", async () => {
    const controller = new AbortController();
    const exploration = await explore(registersModel(scopeOf(majorityOf3, 5)), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
      workers: 2,
      tuning: eager,
    });
    expect(exploration).toMatchObject({ complete: false, stoppedBy: "interrupted" });
    expect(exploration.distinctStates).toBeLessThan(701_558);
    expect(sizesOf(exploration).reduce((sum, size) => sum + size, 0)).toBe(exploration.distinctStates);
  });

  it.each([1, 2, 3])(
    "at the nearest violation, with %i threads: all states before it, none behind",
    async (workers) => {
      const scope = scopeOf(unsafe, 4);
      const whole = await explore(registersModel(scope), withGraph);
      const tuning = workers === 1 ? {} : eager;
      const exploration = await explore(registersModel(scope), { stopAtViolation: true, workers, tuning });
      const { runs } = findings(whole);
      const [run] = runs;
      expect(findings(exploration)).toMatchObject({ stoppedBy: "violation", complete: false, runs });
      expect(exploration.depth).toBe(run!.length);
      expect(exploration.depthCovered).toBe(run!.length);
      expect(sizesOf(exploration)).toEqual(sizesOf(whole).slice(0, run!.length + 1));
    },
  );
});

it("says what goes on", async () => {
  const lines: number[] = [];
  await explore(large(), {
    secondsMax: 0.5,
    onProgress: ({ distinctStates, transitions, frontier, depth, bytes }) => {
      expect(transitions).toBeGreaterThan(distinctStates / 2);
      expect(frontier).toBeLessThan(distinctStates);
      expect(depth).toBeGreaterThan(0);
      expect(bytes).toBeGreaterThan(distinctStates);
      lines.push(distinctStates);
    },
  });
  expect(lines.length).toBeGreaterThan(1);
  expect(lines).toEqual([...lines].sort((a, b) => a - b));
});
