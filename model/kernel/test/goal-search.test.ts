import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tries } from "../../../spec/test/effort.js";
import { quorums, tableOf } from "../../../spec/test/tables.js";
import { RegisterFacts } from "../../registers/facts.js";
import { type RegistersModel, registersModel } from "../../registers/registers.js";
import { compressedRegisterSets, type Scope } from "../../registers/scope.js";
import { Canonicalizer } from "../../symmetry/canonical-form.js";
import { exploreQuotient } from "../../symmetry/quotient-search.js";
import { arbitrarySymmetricTable } from "../../symmetry/test/symmetry-tables.js";
import { reachableLabels } from "../analysis/backward.js";
import { findStatesWithoutGoal, type IsGoal } from "../analysis/goal-search.js";
import { shortestRunTo, shortestRunToAny } from "../analysis/shortest-run.js";
import { Walk } from "../analysis/walk.js";
import type { Exploration } from "../search/exploration.js";
import { explore } from "../search/explore.js";

/** Whether something is decided, by the closures. */
function decidedIn(model: RegistersModel, scope: Scope): IsGoal {
  const facts = new RegisterFacts(scope, model.variables);
  return (states, offset) => {
    model.workspace.load(states, offset);
    return scope.registerSets.some((_, r) =>
      Array.from({ length: scope.values }, (_, v) => v).some((v) => facts.isDecidedIn(r, v)),
    );
  };
}

/** The numbers of all states from which no goal can be reached, by the stored graph. */
function stuckInGraph({ graph, states }: Exploration, width: number, isGoal: IsGoal): number[] {
  const labels = Int32Array.from({ length: graph!.stateCount }, (_, state) =>
    isGoal(states.packed, state * width) ? 1 : 0,
  );
  return [...reachableLabels(graph!, labels)].flatMap((label, state) => (label === 0 ? [state] : []));
}

/** Whether there are stuck states: all three ways of finding them must say the same. */
async function expectAgreement(scope: Scope): Promise<boolean> {
  const model = registersModel(scope);
  const isGoal = decidedIn(model, scope);
  const width = model.workspace.words.length;
  const withGraph = await explore(model, { graphTransitionsMax: 1e7 });
  const stuck = stuckInGraph(withGraph, width, isGoal);
  const depth = stuck.length === 0 ? null : shortestRunTo(withGraph, stuck[0]!).length;

  const exploration = await explore(model);
  const found = await findStatesWithoutGoal(exploration, null, isGoal, {});
  expect(found!.count).toBe(stuck.length);
  const run = found!.nearest === null ? null : shortestRunToAny(exploration, found!.nearest);
  expect(run?.length ?? null).toBe(depth);

  const canonicalizer = new Canonicalizer(model, scope);
  const { forms } = await exploreQuotient(model, canonicalizer, {});
  const upToSymmetry = await findStatesWithoutGoal(forms, canonicalizer, isGoal, {});
  expect(upToSymmetry!.count).toBe(stuck.length);
  const upToSymmetryRun =
    upToSymmetry!.nearest === null ? null : shortestRunToAny(forms, upToSymmetry!.nearest, canonicalizer);
  expect(upToSymmetryRun).toEqual(run);
  expect(run).toEqual(stuck.length === 0 ? null : shortestRunTo(withGraph, stuck[0]!));
  if (run !== null) {
    const walk = new Walk(model);
    for (const step of run) walk.take(step);
    const reached = walk.words.join();
    const stuckStates = stuck.map((state) => withGraph.states.packed.slice(state * width, (state + 1) * width).join());
    expect(stuckStates).toContain(reached);
  }
  return stuck.length > 0;
}

describe("states that can no longer reach a goal", () => {
  it("are those that the stored graph has, by expanding again, and by canonical forms", async () => {
    let stuck = 0;
    await fc.assert(
      fc.asyncProperty(
        // Open sets are where votes can be split for good.
        arbitrarySymmetricTable({ servers: { min: 2, max: 3 }, ranges: { min: 1, max: 2 } }).map((table) => ({
          ...table,
          ranges: table.ranges.map((range) => ({ ...range, allocation: { kind: "open" } as const })),
        })),
        fc.constantFrom(null, 2),
        fc.constantFrom(1, 2),
        async (table, clients, sets) => {
          const registerSets = compressedRegisterSets(table).slice(0, sets);
          if (await expectAgreement({ table, registerSets, values: 2, clients })) stuck++;
        },
      ),
      { numRuns: tries(40, 80), seed: 1 },
    );
    expect(stuck).toBeGreaterThan(10);
    expect(stuck).toBeLessThan(70);
  });

  it("are counted by hand: one open set of three, decided by all", async () => {
    const table = tableOf(3, [{ sets: [0, 0], decide: quorums("012"), open: true }]);
    const scope: Scope = { table, registerSets: [0], values: 2, clients: null };
    const model = registersModel(scope);
    const exploration = await explore(model);
    const found = await findStatesWithoutGoal(exploration, null, decidedIn(model, scope), {});
    // Stuck once two servers hold different values, which takes both proposals: 3 ** 3 contents in all, less those with
    // one value or none, 1 + 2 * 7.
    expect(found!.count).toBe(27 - 15);
    expect(shortestRunToAny(exploration, found!.nearest!)).toHaveLength(4);
  });

  it("are not judged to the end when the search is aborted, out of time or out of memory", async () => {
    const table = tableOf(3, [{ sets: [0, 9], decide: quorums("01", "02", "12") }]);
    const scope: Scope = { table, registerSets: [0, 1, 2], values: 2, clients: null };
    const model = registersModel(scope);
    const exploration = await explore(model);
    expect(await findStatesWithoutGoal(exploration, null, () => false, { signal: AbortSignal.abort() })).toBeNull();
    expect(await findStatesWithoutGoal(exploration, null, () => false, { secondsMax: 0 })).toBeNull();
    const bytesMax = exploration.bytes + 10_123;
    expect(await findStatesWithoutGoal(exploration, null, () => false, { bytesMax })).toBeNull();
    const never = await findStatesWithoutGoal(exploration, null, () => false, {});
    expect(never).toMatchObject({ count: 10_123, nearest: { depth: 0 } });
    expect(shortestRunToAny(exploration, never!.nearest!)).toEqual([]);
  });
});
