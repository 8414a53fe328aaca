import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tries } from "../../../spec/test/effort.js";
import type { GuardedCommand } from "../compile/command-book.js";
import { guardedCommandsOf } from "../compile/guarded-commands.js";
import { type CommandOrder, independenceOf, inOrder, noneLeft, upTo } from "../compile/independence.js";
import { defineModel } from "../declaration/model.js";
import { arbitrarySteps, EFFECTS, modelOfSteps, withEffects, withThreshold } from "./commuting-models.js";
import { levelsInOrder, levelsOf } from "./levels.js";

describe("leaving steps that commute to other states", () => {
  it("finds every state of random models, each at its distance", () => {
    let [left, all] = [0, 0];
    fc.assert(
      fc.property(arbitrarySteps, (steps) => {
        const model = modelOfSteps(steps);
        const levels = levelsOf(model);
        const whole = levelsInOrder(model, noneLeft);
        const reduced = levelsInOrder(model, inOrder);
        expect(whole.levels).toEqual(levels);
        expect(whole.written).toBe(whole.counted);
        expect(reduced.levels).toEqual(levels);
        expect(reduced.counted).toBe(whole.counted);
        left += whole.written - reduced.written;
        all += whole.written;
      }),
      { numRuns: tries(500, 1500), seed: 1 },
    );
    // The property would hold of an order that leaves nothing out.
    expect(left / all).toBeGreaterThan(0.1);
  });

  it("writes each corner of a cube of n independent bits once for each face that it may come from in order", () => {
    const bits = 5;
    const model = defineModel({
      name: "cube",
      variables: { bit: { shape: [bits], domain: 2 } },
      actions: ({ bit }) => [
        { name: "set", parameters: { b: bits }, guard: (b) => bit.is(0, b), effect: (b) => bit.set(1, b) },
      ],
      properties: () => [],
    });
    const { levels, written, counted } = levelsInOrder(model, inOrder);
    expect(levels.map(({ length }) => length)).toEqual([1, 5, 10, 10, 5, 1, 0]);
    // n * 2 ** (n - 1) edges; each corner but the first is found along one ascending path, and that is all that is
    // written.
    expect(counted).toBe(80);
    expect(written).toBe(31);
  });
});

describe("leaving steps to others after a persistent one that is no guarded command", () => {
  it("finds every state at its distance, and fewer repeats", () => {
    const levels = levelsOf(withThreshold(9, 5, false));
    const all = levelsInOrder(withThreshold(9, 5, false), inOrder);
    const fewer = levelsInOrder(withThreshold(9, 5, true), inOrder);
    expect(all.levels).toEqual(levels);
    expect(fewer.levels).toEqual(levels);
    expect(fewer.counted).toBe(all.counted);
    expect(fewer.written).toBeLessThan(all.written);
  });
});

describe("the effects of persistent steps", () => {
  it.each(EFFECTS)("%s: every state is found at its distance", (_, effect) => {
    const model = withEffects(effect);
    expect(guardedCommandsOf(model).involved.length).toBeGreaterThan(0);
    expect(levelsInOrder(model, inOrder).levels).toEqual(levelsOf(model));
  });
});

const NO_COMMANDS = { guarded: [], cases: [], involved: [] };

describe("which commands commute", () => {
  it("as far as a byte can tell: further commands leave nothing out", () => {
    const many = Array.from({ length: 300 }, (_, cell) => command([cell], [cell]));
    const { sleepSetOf, left } = independenceOf({ ...NO_COMMANDS, guarded: many }, inOrder);
    expect(Math.max(...sleepSetOf)).toBe(255);
    expect(left).toHaveLength(256);
    expect(leftAfter(many, inOrder)[255]).toHaveLength(255);
    expect(leftAfter(many, inOrder)[299]).toEqual([]);
  });

  const command = (tests: readonly number[], written: readonly number[]): GuardedCommand => ({
    step: 0,
    tests: new Map(tests.map((cell) => [cell, [0, 1]])),
    outcome: { cells: written, contents: written.map(() => 0) },
  });
  const leftAfter = (guarded: readonly GuardedCommand[], order: CommandOrder): number[][] => {
    const { sleepSetOf, left } = independenceOf({ ...NO_COMMANDS, guarded }, order);
    return sleepSetOf.map((sleepSet) => left[sleepSet]!.flatMap((isLeft, index) => (isLeft ? [index] : [])));
  };

  it("those that neither write what the other tests nor what it writes, the earlier after the later", () => {
    const guarded = [command([0], [1]), command([2], [3]), command([3], [4]), command([0], [40]), command([5], [1])];
    expect(leftAfter(guarded, inOrder)).toEqual([[], [0], [0], [0, 1, 2], [1, 2, 3]]);
  });

  it("after a persistent step that is no guarded command, those that leave its own cells alone; after any other, none", () => {
    const guarded = [command([0], [1]), command([2], [3]), command([1], [4])];
    const involved = [new Set([1]), new Set([5]), null].map((effectCells) => ({ effectCells, footprint: null }));
    const { sleepSetOf, left } = independenceOf({ ...NO_COMMANDS, guarded, involved }, inOrder);
    expect(sleepSetOf.slice(3).map((sleepSet) => left[sleepSet])).toEqual([
      [false, true, false, false, false, false],
      [true, true, true, false, false, false],
      [false, false, false, false, false, false],
    ]);
  });

  it("up to a symmetry, cells of an orbit count as one, and commands of the same rank are not left to each other", () => {
    // Cells 0, 1 and cells 2, 3 may be swapped.
    const order = upTo([0, 0, 1, 1, 2]);
    expect(leftAfter([command([0], [0]), command([2], [2]), command([3], [3]), command([1], [4])], order)).toEqual([
      [],
      [0],
      [0],
      [1, 2],
    ]);
  });
});
