/**
 * What is asked of the state by declared state functions and state predicates (variable.ts) is what their closures say,
 * wherever it is asked: a model finds the same states as its twin that calls the closures, as a search by closures
 * finds them.
 */
import { describe, expect, it } from "vitest";
import { type ActionDeclaration, defineModel, type Guard, type Model } from "../declaration/model.js";
import type { Variable } from "../declaration/variable.js";
import { explore } from "../search/explore.js";
import { levelsOf } from "./levels.js";

type Ask = (...parameters: number[]) => number;

/** A state function of the variable as it is declared, or the closure itself. */
type Declare = (variable: Variable, answers: number, ask: Ask) => Ask;
const DECLARED: Declare = (variable, answers, ask) => variable.stateFunction(answers, ask);
const CLOSURE: Declare = (_variable, _answers, ask) => ask;

const NOISE = 9;

/**
 * More than half of these bits are set: there are as many ways to hold that steps which ask it are remembered, not
 * written out.
 */
function isLoud(noise: Variable): boolean {
  let set = 0;
  for (let b = 0; b < NOISE; b++) if (noise.is(1, b)) set++;
  return set * 2 > NOISE;
}

interface Parts {
  readonly bit: Variable;
  readonly noise: Variable;
  readonly done: Variable;
}

/** Bits, of which some are set one at a time, noise that comes in order, and what the actions do. */
const withNoise = (
  bits: number,
  movable: readonly number[],
  actions: (parts: Parts) => readonly ActionDeclaration[],
): Model =>
  defineModel({
    name: "asked",
    variables: {
      bit: { shape: [bits], domain: 2 },
      noise: { shape: [NOISE], domain: 2 },
      done: { shape: [3], domain: 8 },
    },
    actions: ({ bit, noise, done }) => [
      {
        name: "set",
        parameters: { b: movable.length },
        guard: (b) => bit.is(0, movable[b]),
        effect: (b) => bit.set(1, movable[b]),
      },
      {
        name: "make noise",
        parameters: { b: NOISE },
        guard: (b) => noise.is(0, b) && (b === 0 || noise.is(1, b - 1)),
        effect: (b) => noise.set(1, b),
      },
      ...actions({ bit, noise, done }),
    ],
    properties: () => [],
  });

/** Each depth's states, packed, without the graph and with it; every action must be taken somewhere. */
async function expectClosures(modelWith: (declare: Declare) => Model): Promise<void> {
  const expected = levelsOf(modelWith(CLOSURE)).slice(0, -1);
  for (const graphTransitionsMax of [0, 1 << 20]) {
    const model = modelWith(DECLARED);
    const { states, vacuity } = await explore(model, { graphTransitionsMax });
    const width = model.workspace.words.length;
    const textOf = (state: number): string => states.packed.slice(state * width, (state + 1) * width).join();
    const found = states.levels.map((level) =>
      [...states.rangesOf(level)]
        .flatMap(([first, end]) => Array.from({ length: end - first }, (_, index) => textOf(first + index)))
        .sort(),
    );
    expect(found).toEqual(expected);
    expect(vacuity?.neverTaken).toEqual([]);
  }
}

const countOf = (bit: Variable, asked: readonly number[]): number => asked.filter((b) => bit.is(1, b)).length;

describe("a state function", () => {
  it.each([
    ["neighbours", 9, [0, 1, 2, 3, 4]],
    ["cells of two words", 34, [3, 33]],
    ["cells too far apart for one look-up", 34, [0, 31]],
    ["cells on both sides of a word's end", 34, [29, 30, 31, 32, 33]],
    ["cells with others between them", 20, [0, 6, 12]],
  ])("of %s is answered for each of its parameters as its closure answers", async (_, bits, asked) => {
    const moved = asked.map((b) => (b + 1) % bits);
    await expectClosures((declare) =>
      withNoise(bits, [...new Set([...asked, ...moved])], ({ bit, noise, done }) => {
        const count = declare(bit, asked.length + 1, (isMoved) => countOf(bit, isMoved === 1 ? moved : asked));
        return [
          {
            name: "finish",
            parameters: { v: 3 },
            guard: (v) =>
              done.is(0, v) &&
              (v === 0 || done.is(1, v - 1)) &&
              isLoud(noise) &&
              count(0) > 0 &&
              // Asked once more, it says the same.
              count(0) + 2 * count(1) >= v + 2,
            effect: (v) => done.set(1, v),
          },
        ];
      }),
    );
  });

  it("sees what the effect that asks it has written", async () => {
    await expectClosures((declare) =>
      withNoise(4, [0, 1, 2], ({ bit, noise, done }) => {
        const count = declare(bit, 5, () => countOf(bit, [0, 1, 2, 3]));
        return [
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
      }),
    );
  });

  it("may have more answers than a byte has", async () => {
    await expectClosures((declare) =>
      withNoise(2, [0, 1], ({ noise, done }) => {
        const hundreds = declare(done, 701, () => 100 * done.at(0));
        return [
          {
            name: "count",
            parameters: { d: 3 },
            guard: (d) => isLoud(noise) && done.is(0, d) && (d === 0 || done.is(4, 0)) && hundreds() !== 500,
            effect: (d) => done.set(hundreds() > 255 ? 2 : 4 + d, d),
          },
        ];
      }),
    );
  });

  it("whose answer is none of those declared is an error", async () => {
    const model = withNoise(4, [0, 1, 2, 3], ({ bit, noise, done }) => {
      const count = bit.stateFunction(3, () => countOf(bit, [0, 1, 2, 3]));
      return [
        {
          name: "finish",
          parameters: {},
          guard: () => isLoud(noise) && done.is(0, 0) && count() > 1,
          effect: () => done.set(1, 0),
        },
      ];
    });
    await expect(explore(model)).rejects.toThrow(
      'model "asked", guard of action "finish": a state function of bit has answers 0 to 2 and is answered 3',
    );
  });
});

/**
 * Whether the property fails in the only state, of two cells that hold 0 and 1; what its closures say must be the same.
 */
async function isViolated(
  parameters: Readonly<Record<string, number>>,
  fails: (cell: Variable) => readonly Guard[],
): Promise<boolean> {
  const model = defineModel({
    name: "judged",
    variables: { cell: { shape: [2], domain: 2 } },
    initially: ({ cell }) => cell.set(1, 1),
    actions: () => [],
    properties: ({ cell }) => [{ name: "never", parameters, fails: fails(cell) }],
  });
  const { violations } = await explore(model);
  model.workspace.load(model.initial, 0);
  expect(violations.has("never")).toBe(!model.properties[0]!.holds());
  return violations.has("never");
}

describe("a state predicate", () => {
  it("is a condition of a guard by itself, asked with the guard's parameters", async () => {
    await expectClosures((declare) =>
      withNoise(1, [0], ({ noise, done }) => {
        const mayFinish: Guard = (v) => done.is(0, v) && (v === 0 || done.is(1, 0));
        const may = declare === DECLARED ? done.statePredicate(mayFinish) : mayFinish;
        return [
          { name: "finish", parameters: { v: 3 }, guard: [may, () => isLoud(noise)], effect: (v) => done.set(1, v) },
        ];
      }),
    );
  });

  it("is what a property may fail by, or by its denial", async () => {
    const violatedIf = (parameters: Readonly<Record<string, number>>, fails: (isOne: Guard) => Guard) =>
      isViolated(parameters, (cell) => [fails(cell.statePredicate((c) => cell.is(1, c)))]);
    expect(await violatedIf({ c: 2 }, (isOne) => isOne)).toBe(true);
    expect(await violatedIf({ c: 1 }, (isOne) => isOne)).toBe(false);
    expect(await violatedIf({ c: 1 }, (isOne) => (c) => !isOne(c))).toBe(true);
    expect(await violatedIf({}, (isOne) => () => !isOne(1))).toBe(false);
  });

  it("is asked for all values of a property's many parameters", async () => {
    const parameters = { a: 2, b: 2, c: 2, d: 2, e: 2, f: 2 };
    const violatedIf = (content: number) =>
      isViolated(parameters, (cell) => {
        const holds = cell.statePredicate((f) => cell.is(content, f));
        return [(a, _b, _c, _d, _e, f) => a === 1 && f === 1 && holds(f)];
      });
    expect(await violatedIf(1)).toBe(true);
    expect(await violatedIf(0)).toBe(false);
  });
});
