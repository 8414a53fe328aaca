import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explore } from "../../../model/kernel/index.js";
import { reducedRegistersModel } from "../../../model/registers/reduced.js";
import { registersModel } from "../../../model/registers/registers.js";
import { compressedRegisterSets, type Scope } from "../../../model/registers/scope.js";
import type { Selection } from "../../../spec/quorum-table.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { tries } from "../../../spec/test/effort.js";
import { FOREVER, quorums, tableOf } from "../../../spec/test/tables.js";
import { type SearchLimits, searchDirectly } from "../direct-search.js";
import { firstMentionIsA } from "../first-mention.js";

const NO_LIMITS: SearchLimits = { statesMax: Number.POSITIVE_INFINITY, isStopped: () => false };

const arbitraryScope = (selections: readonly Selection[], values: number): fc.Arbitrary<Scope> =>
  fc
    .tuple(
      arbitraryTable({ servers: { min: 1, max: 3 }, ranges: { min: 1, max: 2 }, allocation: "any" }),
      fc.constantFrom(...selections),
    )
    .map(([shape, selection]) => {
      const table = { ...shape, selection };
      return { table, registerSets: compressedRegisterSets(table).slice(0, 3), values, clients: null };
    });

const everySelection = ["greatest", "eager", "strict", "decision-table"] as const;

/** Steps of the shortest run that breaks agreement, by the kernel. */
async function shortestByKernel(scope: Scope): Promise<number | null> {
  const exploration = await explore(registersModel(scope));
  return exploration.violations.get("agreement") ?? null;
}

const majorityOf3 = tableOf(3, [{ sets: [0, FOREVER], decide: quorums("01", "02", "12") }]);
const majorityScope: Scope = { table: majorityOf3, registerSets: [0, 1, 2], values: 2, clients: null };

describe("the direct search", () => {
  it("finds the reference counts", () => {
    expect(searchDirectly(registersModel(majorityScope), "agreement", NO_LIMITS)).toEqual({
      violation: null,
      complete: true,
      states: 10_123,
      transitions: 38_899,
    });
  });

  it("finds what the kernel finds: shortest violations, and the whole graph where there is none", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryScope(everySelection, 2), async (scope) => {
        const found = searchDirectly(registersModel(scope), "agreement", NO_LIMITS);
        const { distinctStates, transitions } = await explore(registersModel(scope));
        expect(found).toMatchObject({ violation: await shortestByKernel(scope), complete: true });
        if (found.violation === null) {
          expect(found).toMatchObject({ states: distinctStates, transitions });
        } else {
          expect(found.states).toBeLessThanOrEqual(distinctStates);
        }
      }),
      { numRuns: tries(16, 40), seed: 1 },
    );
  });

  it("ends, without an answer, at its bound and when it is stopped", () => {
    const bounded = searchDirectly(registersModel(majorityScope), "agreement", { ...NO_LIMITS, statesMax: 5000 });
    expect(bounded).toMatchObject({ violation: null, complete: false });
    expect(bounded.states).toBeGreaterThan(5000);
    expect(bounded.states).toBeLessThan(5100);
    let asked = 0;
    const stopped = searchDirectly(registersModel(majorityScope), "agreement", {
      ...NO_LIMITS,
      isStopped: () => asked++ > 1,
    });
    expect(stopped).toMatchObject({ violation: null, complete: false });
    expect(stopped.states).toBeLessThan(10_123);
  });

  it("refuses a property that the model does not have", () => {
    expect(() => searchDirectly(registersModel(majorityScope), "agreeable", NO_LIMITS)).toThrow(RangeError);
  });

  it("judges the initial state too", () => {
    const model = registersModel(majorityScope);
    const conditions = [{ holds: () => true, arity: 0 }];
    const never = { name: "never", holds: () => false, premise: null, parameters: {}, conditions };
    expect(searchDirectly({ ...model, properties: [never] }, "never", NO_LIMITS)).toMatchObject({ violation: 0 });
  });
});

describe("calling the first proposal A", () => {
  it.each([
    { values: 2, runs: 15 },
    { values: 3, runs: 8 },
  ])("keeps the shortest violation, with $values values", async ({ values, runs }) => {
    await fc.assert(
      fc.asyncProperty(arbitraryScope(everySelection, values), async (scope) => {
        const found = searchDirectly(firstMentionIsA(registersModel(scope), scope), "agreement", NO_LIMITS);
        expect(found.violation).toBe(await shortestByKernel(scope));
      }),
      { numRuns: runs, seed: 2 },
    );
  });

  it("keeps the reduction's verdict", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryScope(["greatest", "eager", "strict"], 2), async (scope) => {
        const found = searchDirectly(firstMentionIsA(reducedRegistersModel(scope), scope), "agreement", NO_LIMITS);
        expect(found.violation === null).toBe((await shortestByKernel(scope)) === null);
      }),
      { numRuns: tries(12, 30), seed: 3 },
    );
  });

  // Together with their images under swapping A and B, its states are all 10,123; the 27 without a value are their
  // own images (no proposal, each of the 3 servers not frozen, or frozen below R1 or R2).
  it("leaves out states, but none that swapping values does not bring back", () => {
    const found = searchDirectly(firstMentionIsA(registersModel(majorityScope), majorityScope), "agreement", NO_LIMITS);
    expect(found.states).toBeLessThan(10_123);
    expect(found.states).toBeGreaterThanOrEqual(27 + (10_123 - 27) / 2);
  });
});
