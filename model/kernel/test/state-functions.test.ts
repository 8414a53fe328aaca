/** Questions and predicates (model.ts) mean what their closures mean, wherever they are asked. */
import { describe, expect, it } from "vitest";
import { guardedCommandsOf } from "../compile/guarded-commands.js";
import { inOrder } from "../compile/independence.js";
import { judgeByTables } from "../compile/judge-tables.js";
import { defineModel, type Guard, type Model } from "../declaration/model.js";
import type { Variable } from "../declaration/variable.js";
import { levelsInOrder, levelsOf } from "./levels.js";

const NOISE = 9;

/** More than half of these bits are set: too many ways to hold to be a rule. */
function isLoud(noise: Variable): boolean {
  let set = 0;
  for (let b = 0; b < NOISE; b++) if (noise.is(1, b)) set++;
  return set * 2 > NOISE;
}

/** Bits that are set one at a time, noise in order, and what the actions say, which is no rule. */
const withNoise = (
  bits: number,
  movable: readonly number[],
  involved: (bit: Variable, noise: Variable, done: Variable) => Parameters<typeof defineModel>[0]["actions"],
): Model =>
  defineModel({
    name: "questions",
    variables: {
      bit: { shape: [bits], domain: 2 },
      noise: { shape: [NOISE], domain: 2 },
      done: { shape: [3], domain: 8 },
    },
    actions: (variables) => [
      {
        name: "set",
        parameters: { b: movable.length },
        guard: (b) => variables.bit.is(0, movable[b]),
        effect: (b) => variables.bit.set(1, movable[b]),
      },
      {
        name: "make noise",
        parameters: { b: NOISE },
        guard: (b) => variables.noise.is(0, b) && (b === 0 || variables.noise.is(1, b - 1)),
        effect: (b) => variables.noise.set(1, b),
      },
      ...involved(variables.bit, variables.noise, variables.done)(variables),
    ],
    properties: () => [],
  });

function expectSameLevels(model: Model): void {
  expect(guardedCommandsOf(model).involved.length).toBeGreaterThan(0);
  expect(levelsInOrder(model, inOrder).levels).toEqual(levelsOf(model));
}

const countOf = (bit: Variable, asked: readonly number[]): number => asked.filter((b) => bit.is(1, b)).length;

describe("a question", () => {
  it.each([
    ["about neighbours", 9, [0, 1, 2, 3, 4]],
    ["about cells of two words", 34, [3, 33]],
    ["about cells too far apart for one look-up", 34, [0, 31]],
    ["about cells on both sides of a word's end", 34, [29, 30, 31, 32, 33]],
    ["about cells with others between them", 20, [0, 6, 12]],
  ])("%s is answered as its closure answers", (_, bits, asked) => {
    const moved = asked.map((b) => (b + 1) % bits);
    const model = withNoise(bits, [...new Set([...asked, ...moved])], (bit, noise, done) => {
      const count = bit.stateFunction(asked.length + 1, (isMoved) => countOf(bit, isMoved === 1 ? moved : asked));
      return () => [
        {
          name: "finish",
          parameters: { v: 3 },
          guard: (v) =>
            done.is(0, v) && (v === 0 || done.is(1, v - 1)) && isLoud(noise) && count(0) + 2 * count(1) >= v + 2,
          effect: (v) => done.set(1, v),
        },
      ];
    });
    expectSameLevels(model);
  });

  it("sees what the effect that asks it has written", () => {
    const model = withNoise(4, [0, 1, 2], (bit, noise, done) => {
      const count = bit.stateFunction(5, () => countOf(bit, [0, 1, 2, 3]));
      return () => [
        {
          name: "write and ask",
          parameters: {},
          guard: () => isLoud(noise) && bit.is(0, 3),
          effect: () => {
            bit.set(1, 3);
            done.set(1 + count(), 0);
          },
        },
      ];
    });
    expectSameLevels(model);
  });

  it("whose answer is none of those declared is an error", () => {
    const model = withNoise(4, [0, 1, 2, 3], (bit, noise, done) => {
      const count = bit.stateFunction(3, () => countOf(bit, [0, 1, 2, 3]));
      return () => [
        {
          name: "finish",
          parameters: {},
          guard: () => isLoud(noise) && done.is(0, 0) && count() > 1,
          effect: () => done.set(1, 0),
        },
      ];
    });
    expect(() => levelsInOrder(model, inOrder)).toThrow(
      'model "questions", guard of action "finish": a state function of bit has answers 0 to 2 and is answered 3',
    );
  });
});

describe("a predicate", () => {
  it("is a condition by itself, asked with its parameters", () => {
    const model = withNoise(1, [0], (_, noise, done) => {
      const may = done.statePredicate((v) => done.is(0, v) && (v === 0 || done.is(1, 0)));
      return () => [
        { name: "finish", parameters: { v: 3 }, guard: [may, () => isLoud(noise)], effect: (v) => done.set(1, v) },
      ];
    });
    expectSameLevels(model);
  });
});

/** Which of these properties fail in the state of two cells that hold 0 and 1. */
const failing = (
  parameters: Readonly<Record<string, number>>,
  fails: (cell: Variable) => readonly Guard[],
): boolean => {
  const model = defineModel({
    name: "judged",
    variables: { cell: { shape: [2], domain: 2 } },
    initially: ({ cell }) => cell.set(1, 1),
    actions: () => [],
    properties: ({ cell }) => [{ name: "never", parameters, fails: fails(cell) }],
  });
  model.workspace.load(model.initial, 0);
  const isFailing = judgeByTables(model)!(model.initial, 0) === 1;
  expect(isFailing).toBe(!model.properties[0]!.holds());
  return isFailing;
};

describe("a property over predicates", () => {
  it("fails by what they say, and by what they deny", () => {
    const failingIf = (parameters: Readonly<Record<string, number>>, fails: (isOne: Guard) => Guard): boolean =>
      failing(parameters, (cell) => [fails(cell.statePredicate((c) => cell.is(1, c)))]);
    expect(failingIf({ c: 2 }, (isOne) => isOne)).toBe(true);
    expect(failingIf({ c: 1 }, (isOne) => isOne)).toBe(false);
    expect(failingIf({ c: 1 }, (isOne) => (c) => !isOne(c))).toBe(true);
    expect(failingIf({}, (isOne) => () => !isOne(1))).toBe(false);
  });

  it("of many parameters is judged for all of their values", () => {
    const parameters = { a: 2, b: 2, c: 2, d: 2, e: 2, f: 2 };
    expect(failing(parameters, (cell) => [(a, _b, _c, _d, _e, f) => a === 1 && cell.is(1, f)])).toBe(true);
  });
});
