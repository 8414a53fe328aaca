import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateExpand, stepCount } from "../kernel/expand.js";
import { independenceOf, inOrder, noneLeft, type RuleOrder, upTo } from "../kernel/independence.js";
import { defineModel, type Model } from "../kernel/model.js";
import type { Rule } from "../kernel/rules.js";
import { Successors } from "../kernel/successors.js";

const CELLS = 5;
const CONTENTS = 3;

/** Writes a content to a cell where another cell has some content; both may be the same cell, and steps may undo each other. */
interface RandomStep {
  readonly tested: number;
  readonly content: number;
  readonly writes: readonly (readonly [cell: number, content: number])[];
}

const cell = fc.nat({ max: CELLS - 1 });
const content = fc.nat({ max: CONTENTS - 1 });
const arbitrarySteps: fc.Arbitrary<RandomStep[]> = fc.array(
  fc.record({ tested: cell, content, writes: fc.array(fc.tuple(cell, content), { minLength: 1, maxLength: 2 }) }),
  { minLength: 1, maxLength: 12 },
);

const modelOf = (steps: readonly RandomStep[]): Model =>
  defineModel({
    name: "random",
    variables: { cell: { shape: [CELLS], domain: CONTENTS } },
    actions: ({ cell }) =>
      steps.map(({ tested, content, writes }, index) => ({
        name: `step${index}`,
        parameters: {},
        guard: () => cell.is(content, tested),
        effect: () => {
          for (const [written, to] of writes) cell.set(to, written);
        },
      })),
    properties: () => [],
  });

/** Distance from the initial state → the states there, by the closures themselves. */
function levelsOf(model: Model): string[][] {
  const { workspace } = model;
  const expand = generateExpand(model);
  const known = new Set([model.initial.join()]);
  const levels = [[model.initial]];
  for (let level = levels[0]!; level.length > 0; level = levels.at(-1)!) {
    const next: Int32Array[] = [];
    for (const state of level) {
      workspace.load(state, 0);
      expand(() => {
        if (!known.has(workspace.words.join())) next.push(workspace.words.slice());
        known.add(workspace.words.join());
      });
    }
    levels.push(next);
  }
  return levels.map((level) => level.map((state) => state.join()).sort());
}

/** The same, with successors left to other states; and how many were written and how many counted. */
function levelsInOrder(model: Model, order: RuleOrder): { levels: string[][]; written: number; counted: number } {
  const successors = new Successors(model, order);
  const width = model.workspace.words.length;
  const found = new Int32Array(stepCount(model.actions) * width);
  const arrivals = new Uint8Array(stepCount(model.actions));
  const known = new Set([model.initial.join()]);
  const levels = [[{ state: model.initial.slice(), arrival: 0 }]];
  let written = 0;
  for (let level = levels[0]!; level.length > 0; level = levels.at(-1)!) {
    const next: typeof level = [];
    for (const { state, arrival } of level) {
      const end = successors.write(state, 0, arrival, found, 0, arrivals);
      written += end / width;
      for (let at = 0; at < end; at += width) {
        const successor = found.slice(at, at + width);
        if (!known.has(successor.join())) next.push({ state: successor, arrival: arrivals[at / width]! });
        known.add(successor.join());
      }
    }
    levels.push(next);
  }
  return {
    levels: levels.map((level) => level.map(({ state }) => state.join()).sort()),
    written,
    counted: successors.takeCount(),
  };
}

describe("leaving steps that commute to other states", () => {
  it("finds every state of random models, each at its distance", () => {
    let [left, all] = [0, 0];
    fc.assert(
      fc.property(arbitrarySteps, (steps) => {
        const model = modelOf(steps);
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
      { numRuns: 1500, seed: 1 },
    );
    // The property would hold of a reduction that leaves nothing out.
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
    // n * 2 ** (n - 1) edges; each corner but the first is found along one ascending path, and that is all that is written.
    expect(counted).toBe(80);
    expect(written).toBe(31);
  });
});

/** Bits that are set one at a time, and a step that needs some number of them: too many ways to hold to be rules. */
const withThreshold = (bits: number, needed: number, persistent: boolean): Model =>
  defineModel({
    name: "threshold",
    variables: { bit: { shape: [bits], domain: 2 }, reached: { shape: [2], domain: 2 } },
    actions: ({ bit, reached }) => [
      { name: "set", parameters: { b: bits }, guard: (b) => bit.is(0, b), effect: (b) => bit.set(1, b) },
      {
        name: "reach",
        parameters: { by: 2 },
        guard: (by) => {
          let set = by;
          for (let b = 0; b < bits; b++) if (bit.is(1, b)) set++;
          return reached.is(0, by) && set >= needed;
        },
        effect: (by) => reached.set(1, by),
        persistent,
      },
      { name: "go on", parameters: {}, guard: () => reached.is(1, 0), effect: () => reached.set(0, 1) },
    ],
    properties: () => [],
  });

describe("leaving steps to others after a persistent one that is no rule", () => {
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

describe("which rules commute", () => {
  const rule = (tests: readonly number[], written: readonly number[]): Rule => ({
    tests: new Map(tests.map((cell) => [cell, 1])),
    written: new Map(written.map((cell) => [cell, 0])),
    changes: [],
  });
  const leftAfter = (rules: readonly Rule[], order: RuleOrder): number[][] => {
    const { arrivalOf, left } = independenceOf(rules, [], order);
    return arrivalOf.map((arrival) => left[arrival]!.flatMap((isLeft, index) => (isLeft ? [index] : [])));
  };

  it("those that neither write what the other tests nor what it writes, the earlier after the later", () => {
    const rules = [rule([0], [1]), rule([2], [3]), rule([3], [4]), rule([0], [40]), rule([5], [1])];
    expect(leftAfter(rules, inOrder)).toEqual([[], [0], [0], [0, 1, 2], [1, 2, 3]]);
  });

  it("after a persistent step that is no rule, those that leave its own cells alone; after any other, none", () => {
    const rules = [rule([0], [1]), rule([2], [3]), rule([1], [4])];
    const { arrivalOfGroup, left } = independenceOf(
      rules,
      [{ persistent: new Set([1]) }, { persistent: new Set([5]) }, { persistent: null }],
      inOrder,
    );
    expect(arrivalOfGroup.map((arrival) => left[arrival])).toEqual([
      [false, true, false],
      [true, true, true],
      [false, false, false],
    ]);
  });

  it("up to a symmetry, cells of an orbit count as one, and rules of the same rank are not left to each other", () => {
    // Cells 0, 1 and cells 2, 3 may be swapped.
    const order = upTo([0, 0, 1, 1, 2]);
    expect(leftAfter([rule([0], [0]), rule([2], [2]), rule([3], [3]), rule([1], [4])], order)).toEqual([
      [],
      [0],
      [0],
      [1, 2],
    ]);
  });
});
