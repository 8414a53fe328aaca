/**
 * Models whose cells may have many contents are explored as exactly as others, whichever way their steps are compiled.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guardedCommandsOf } from "../compile/guarded-commands.js";
import { inOrder, noneLeft } from "../compile/independence.js";
import { type ActionDeclaration, defineModel, type Model } from "../declaration/model.js";
import type { Variable } from "../declaration/variable.js";
import { levelsInOrder, levelsOf } from "./levels.js";

const rowOf = (
  cells: number,
  domain: number,
  actions: (cell: Variable) => readonly ActionDeclaration[],
  initial = 0,
): Model =>
  defineModel({
    name: "wide",
    variables: { cell: { shape: [cells], domain } },
    initially: ({ cell }) => {
      for (let c = 0; c < cells; c++) cell.set(initial, c);
    },
    actions: ({ cell }) => actions(cell),
    properties: () => [],
  });

const raise = (cells: number, top: number) => (cell: Variable) => [
  {
    name: "raise",
    parameters: { c: cells },
    guard: (c: number) => cell.at(c) < top,
    effect: (c: number) => cell.set(cell.at(c) + 1, c),
  },
];

/** How many commands of each kind the model has. */
function kindsOf(model: Model): { guarded: number; cases: number; involved: number } {
  const { guarded, cases, involved } = guardedCommandsOf(model);
  return { guarded: guarded.length, cases: cases.length, involved: involved.length };
}

describe("a step that adds 1 to a cell", () => {
  it.each([
    { domain: 30, kinds: { guarded: 12, cases: 0, involved: 0 } },
    { domain: 31, kinds: { guarded: 12, cases: 0, involved: 0 } },
    { domain: 1000, kinds: { guarded: 12, cases: 0, involved: 0 } },
    // No table is that long, and no step is executed for each of the contents.
    { domain: 2 ** 20, kinds: { guarded: 0, cases: 0, involved: 1 } },
  ])("is written out as a guarded command for each content that allows it, domain $domain", ({ domain, kinds }) => {
    const model = rowOf(3, domain, raise(3, 4));
    expect(kindsOf(model)).toEqual(kinds);
    expect(levelsInOrder(model, inOrder).levels).toEqual(levelsOf(model));
  });

  it("is one command by cases if many contents allow it, and left to others like any guarded command", () => {
    const model = rowOf(3, 1000, raise(3, 999), 994);
    expect(kindsOf(model)).toEqual({ guarded: 0, cases: 3, involved: 0 });
    const { levels, written, counted } = levelsInOrder(model, inOrder);
    expect(levels).toEqual(levelsOf(model));
    expect(counted).toBe(3 * 5 * 6 ** 2);
    // Each state but the first is found from one other: that which is less in its last raised cell.
    expect(written).toBe(6 ** 3 - 1);
    expect(levelsInOrder(model, noneLeft).written).toBe(counted);
  });
});

describe("a step by cases of one cell", () => {
  const kindsOfStep = (action: (cell: Variable) => Omit<ActionDeclaration, "name" | "parameters">) =>
    kindsOf(rowOf(3, 50, (cell) => [{ name: "step", parameters: {}, ...action(cell) }]));

  it("may test others, if its guard is a product", () => {
    const step = (guard: (cell: Variable) => boolean) =>
      kindsOfStep((cell) => ({ guard: () => guard(cell), effect: () => cell.set(cell.at(0), 2) }));
    expect(step((cell) => cell.at(1) < 20)).toEqual({ guarded: 0, cases: 1, involved: 0 });
    expect(step((cell) => cell.is(3, 1) || cell.is(4, 0))).toEqual({ guarded: 0, cases: 0, involved: 1 });
  });

  it("does what that cell alone says", () => {
    const step = (effect: (cell: Variable) => void) =>
      kindsOfStep((cell) => ({ guard: () => true, effect: () => effect(cell) }));
    expect(step((cell) => cell.set(cell.at(0), 2))).toEqual({ guarded: 0, cases: 1, involved: 0 });
    expect(step((cell) => cell.set(cell.is(7, 1) ? 3 : cell.at(0), 2))).toEqual({ guarded: 0, cases: 0, involved: 1 });
  });
});

/** Sets `written` to what is held by `read`, and something more, where `tested` holds little enough. */
interface RandomStep {
  readonly tested: number;
  readonly below: number;
  readonly read: number;
  readonly plus: number;
  readonly written: number;
}

describe("random steps over wide cells", () => {
  const CELLS = 3;
  const cell = fc.nat({ max: CELLS - 1 });
  const steps = fc.array(
    fc.record({
      tested: cell,
      below: fc.integer({ min: 1, max: 5 }),
      read: cell,
      plus: fc.nat({ max: 2 }),
      written: cell,
    }),
    { minLength: 1, maxLength: 6 },
  );

  it.each([
    [40, "cases"],
    [300, "cases"],
    [5000, "involved"],
  ] as const)("of %i contents find every state at its distance", (domain, kind) => {
    let [left, all, ofKind] = [0, 0, 0];
    fc.assert(
      fc.property(steps, (steps: readonly RandomStep[]) => {
        const model = rowOf(CELLS, domain, (cell) =>
          steps.map(({ tested, below, read, plus, written }, index) => ({
            name: `step${index}`,
            parameters: {},
            guard: () => cell.at(tested) < below,
            // Goes round among few contents, and leaves the others as they are.
            effect: () => cell.set(cell.at(read) < 7 ? (cell.at(read) + plus) % 7 : cell.at(read), written),
          })),
        );
        ofKind += kindsOf(model)[kind];
        const { levels, written, counted } = levelsInOrder(model, inOrder);
        expect(levels).toEqual(levelsOf(model));
        expect(counted).toBe(levelsInOrder(model, noneLeft).counted);
        left += counted - written;
        all += counted;
      }),
      { numRuns: 60, seed: 1 },
    );
    expect(ofKind).toBeGreaterThan(60);
    // Steps that are involved are always taken.
    if (kind === "involved") expect(left).toBe(0);
    else expect(left / all).toBeGreaterThan(0.05);
  });
});

describe("steps that are remembered", () => {
  /**
   * Steps that ask for the sum of all digits, which is another one in every state; and how often cells were unknown
   * then.
   */
  function sums() {
    let asked = 0;
    const model: Model = defineModel({
      name: "sums",
      variables: { digit: { shape: [3], domain: 27 }, found: { shape: [3], domain: 3 } },
      actions: ({ digit, found }) => {
        const sum = (): number => digit.at(0) + 27 * digit.at(1) + 27 ** 2 * digit.at(2);
        return [
          ...raise(3, 26)(digit),
          {
            name: "find",
            parameters: { i: 3 },
            guard: (i) => {
              if (model.workspace.cells.includes(-1)) asked++;
              return sum() % 4999 === 100 + 7 * i && found.is(0, i);
            },
            effect: (i) => found.set(1 + (sum() % 2), i),
          },
        ];
      },
      properties: () => [],
    });
    return { model, asked: () => asked };
  }

  it("are no longer, where nearly every state is new to them", () => {
    const { model, asked } = sums();
    expect(kindsOf(model).involved).toBe(1);
    const { levels } = levelsInOrder(model, inOrder);
    // 3 steps for each of 4,096 states together, and then each step by itself for 4,096 states.
    expect(levels.flat().length).toBeGreaterThan(5 * 4096);
    expect(asked()).toBeLessThan(7 * 4096);
    expect(levels).toEqual(levelsOf(model));
  });
});
