/** The run that is shown for a violation: a shortest one, step by step the first that leads on, the same whichever way it was found. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shortestRunTo } from "../analysis/shortest-run.js";
import { Walk } from "../analysis/walk.js";
import { defineModel, type Model } from "../declaration/model.js";
import type { ExploreOptions } from "../search/exploration.js";
import { explore } from "../search/explore.js";
import { levelsOf } from "./levels.js";

const CELLS = 6;

/** Sets a cell to one content where another cell holds some content; several may do the same. */
type DrawnStep = readonly [tested: number, content: number, written: number, to: number];

/** Cells of this domain; it says in how many words they lie. The property fails where the last cell has its last content but one. */
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

const WAYS: readonly ExploreOptions[] = [{}, { graphTransitionsMax: 1e6 }, { stopAtViolation: true }];

describe("the run to a violation", () => {
  it.each([
    { domain: 3, words: 1 },
    { domain: 2 ** 12, words: 3 },
    { domain: 2 ** 20, words: 6 },
  ])("is a shortest one, each step the first of those that do the same: $words words", async ({ domain, words }) => {
    const cell = fc.nat(CELLS - 1);
    const step = fc.tuple(cell, fc.nat(2), cell, fc.nat(2));
    const seen = { violated: 0, twins: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), async (steps) => {
        const model = modelOf(domain, steps);
        expect(model.initial).toHaveLength(words);
        const levels = levelsOf(model);
        const isViolated = (state: string): boolean => {
          model.workspace.load(Int32Array.from(state.split(","), Number), 0);
          return !model.properties[0]!.holds();
        };
        const depth = levels.findIndex((level) => level.some(isViolated));
        const runs: number[][] = [];
        for (const options of WAYS) {
          const exploration = await explore(model, options);
          const violation = exploration.violations.get("never");
          expect(violation === undefined).toBe(depth < 0);
          if (violation !== undefined) runs.push(shortestRunTo(exploration, violation));
        }
        if (depth < 0) return;
        const [run] = runs as [number[]];
        for (const other of runs) expect(other).toEqual(run);
        expect(run).toHaveLength(depth);
        seen.violated++;
        const walk = new Walk(model);
        for (const shown of run) {
          const before = walk.words.slice();
          walk.take(shown);
          const after = walk.words.join();
          for (let earlier = 0; earlier < shown; earlier++) {
            model.workspace.load(before, 0);
            if (!walk.isEnabled(earlier)) continue;
            walk.take(earlier);
            expect(walk.words.join()).not.toBe(after);
          }
          model.workspace.load(before, 0);
          walk.take(shown);
          seen.twins++;
        }
        expect(model.properties[0]!.holds()).toBe(false);
      }),
      { numRuns: 60, seed: 1 },
    );
    expect(seen.violated).toBeGreaterThan(10);
    expect(seen.twins).toBeGreaterThan(20);
  });
});
