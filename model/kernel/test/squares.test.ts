/**
 * Transitions whose targets are copied from the graph so far: it must be the graph that the closures have, number by
 * number.
 */
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { tries } from "../../../spec/test/effort.js";
import { registersModel } from "../../registers/registers.js";
import { compressedRegisterSets } from "../../registers/scope.js";
import { Commuting } from "../compile/commuting.js";
import { guardedCommandsOf } from "../compile/guarded-commands.js";
import { defineModel, type Model } from "../declaration/model.js";
import type { Exploration } from "../search/exploration.js";
import { searchWithGraph } from "../search/search-with-graph.js";
import { RecentNumbers } from "../store/recent-numbers.js";
import { arbitrarySteps, EFFECTS, modelOfSteps, withEffects, withThreshold } from "./commuting-models.js";
import { graphByClosures, type PlainGraph } from "./graph-by-closures.js";
import { twoPhaseCommit } from "./two-phase-commit.js";

afterEach(() => vi.restoreAllMocks());

function plainGraphOf({ model, states, graph }: Exploration): PlainGraph {
  const width = model.workspace.words.length;
  const { stateCount, firstTransition, stepOf, targetOf } = graph!;
  return {
    states: Array.from({ length: stateCount }, (_, state) =>
      states.packed.slice(state * width, (state + 1) * width).join(),
    ),
    transitions: Array.from({ length: stateCount }, (_, state) =>
      Array.from({ length: firstTransition[state + 1]! - firstTransition[state]! }, (_, index) => {
        const transition = firstTransition[state]! + index;
        return [stepOf[transition]!, targetOf[transition]!] as const;
      }),
    ),
  };
}

/** The share of transitions whose successors were written and looked up; the graph is compared. */
async function lookedUpShare(model: Model, squaresFromStates = 0): Promise<number> {
  const numberAll = vi.spyOn(RecentNumbers.prototype, "numberAll");
  const found = (await searchWithGraph(model, { graphTransitionsMax: 1e7, tuning: { squaresFromStates } }))!;
  const lookedUp = numberAll.mock.calls.reduce((sum, [, count]) => sum + count, 0);
  numberAll.mockRestore();
  expect(plainGraphOf(found)).toEqual(graphByClosures(model));
  return lookedUp / Math.max(1, found.transitions);
}

const cube = (bits: number): Model =>
  defineModel({
    name: "cube",
    variables: { bit: { shape: [bits], domain: 2 } },
    actions: ({ bit }) => [
      { name: "set", parameters: { b: bits }, guard: (b) => bit.is(0, b), effect: (b) => bit.set(1, b) },
    ],
    properties: () => [],
  });

describe("the graph is that of the closures", () => {
  it("of random models, of which a part is copied", async () => {
    let share = 0;
    await fc.assert(
      fc.asyncProperty(arbitrarySteps, fc.constantFrom(0, 7), async (steps, squaresFromStates) => {
        share += await lookedUpShare(modelOfSteps(steps), squaresFromStates);
      }),
      { numRuns: tries(400, 4000), seed: 1 },
    );
    // It would hold of a search that looks all of them up.
    expect(share / tries(400, 4000)).toBeLessThan(0.85);
  });

  it("where steps by cases, and steps that are remembered by what they ask, leave each other alone", async () => {
    const model = defineModel({
      name: "cases",
      variables: { digit: { shape: [3], domain: 3 }, bit: { shape: [9], domain: 2 } },
      actions: ({ digit, bit }) => [
        { name: "set", parameters: { b: 9 }, guard: (b) => bit.is(0, b), effect: (b) => bit.set(1, b) },
        { name: "turn", parameters: { d: 3 }, guard: () => true, effect: (d) => digit.set((digit.at(d) + 1) % 3, d) },
        { name: "copy", parameters: { d: 2 }, guard: () => true, effect: (d) => digit.set(digit.at(d), d + 1) },
      ],
      properties: () => [],
    });
    expect(await lookedUpShare(model)).toBeLessThan(0.5);
  });

  it.each(EFFECTS)("where persistent steps %s", async (_, effect) => {
    const model = withEffects(effect);
    expect(guardedCommandsOf(model).involved.length).toBeGreaterThan(0);
    expect(await lookedUpShare(model)).toBeLessThan(0.7);
  });

  it("where steps that are too involved to be told are persistent, and more is copied than where they are not", async () => {
    const persistent = await lookedUpShare(withThreshold(9, 5, true));
    expect(persistent).toBeLessThan(await lookedUpShare(withThreshold(9, 5, false)));
  });

  it("of two-phase commit, and of the register model on random tables", async () => {
    await lookedUpShare(twoPhaseCommit(4));
    await fc.assert(
      fc.asyncProperty(
        arbitraryTable({ servers: { min: 2, max: 3 }, ranges: { min: 1, max: 2 }, allocation: "any" }),
        fc.constantFrom(null, 2),
        async (table, clients) => {
          const registerSets = compressedRegisterSets(table).slice(0, 2);
          await lookedUpShare(registersModel({ table, registerSets, values: 2, clients }));
        },
      ),
      { numRuns: tries(8, 100), seed: 1 },
    );
  });

  it("of a cube, of which more states than may wait for targets at once; each corner is looked up once", async () => {
    const bits = 12;
    expect(await lookedUpShare(cube(bits))).toBe((2 ** bits - 1) / (bits * 2 ** (bits - 1)));
  });

  it("of a cube where no targets are copied before some state", async () => {
    const bits = 11;
    const [all, some] = [(2 ** bits - 1) / (bits * 2 ** (bits - 1)), await lookedUpShare(cube(bits), 1500)];
    expect(some).toBeGreaterThan(all);
    expect(some).toBeLessThan(1);
  });

  it("of two chains, one of more steps than a word has bits", async () => {
    const [long, short] = [40, 3];
    const model = defineModel({
      name: "chains",
      variables: { long: { shape: [], domain: long + 1 }, short: { shape: [], domain: short + 1 } },
      actions: ({ long: first, short: second }) => [
        { name: "go", parameters: { to: long }, guard: (to) => first.is(to), effect: (to) => first.set(to + 1) },
        { name: "walk", parameters: { to: short }, guard: (to) => second.is(to), effect: (to) => second.set(to + 1) },
      ],
      properties: () => [],
    });
    const transitions = long * (short + 1) + short * (long + 1);
    expect(await lookedUpShare(model)).toBe(((long + 1) * (short + 1) - 1) / transitions);
  });
});

describe("commands that commute with a step", () => {
  const commuting = (model: Model, step: number): number[] => {
    const { guarded } = guardedCommandsOf(model);
    const set = new Commuting(model, guarded).with(step);
    return guarded.flatMap((_, command) => (((set[command >>> 5]! >>> (command & 31)) & 1) === 1 ? [command] : []));
  };

  it("neither write what the step tests or writes, nor test what it writes", () => {
    const model = modelOfSteps([
      { tested: 0, content: 0, writes: [[1, 1]] },
      { tested: 1, content: 0, writes: [[2, 1]] },
      { tested: 0, content: 1, writes: [[3, 1]] },
      { tested: 2, content: 0, writes: [[0, 1]] },
      { tested: 4, content: 0, writes: [[1, 2]] },
    ]);
    expect([0, 1, 2, 3, 4].map((step) => commuting(model, step))).toEqual([[2], [2], [0, 1, 4], [4], [2, 3]]);
  });

  it("beyond the first word of a set", () => {
    const all = Array.from({ length: 40 }, (_, bit) => bit);
    for (const step of [0, 31, 32, 39]) expect(commuting(cube(40), step)).toEqual(all.filter((bit) => bit !== step));
  });
});
