import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { executeSymbolically } from "../compile/symbolic-execution.js";
import { type ActionDeclaration, defineModel, type Model } from "../declaration/model.js";
import type { Variable } from "../declaration/variable.js";
import { comparisonWithClosures } from "./by-closures.js";

const CELLS = 4;

/** A model of one row of cells and one action, and of a property that is broken where the guard holds. */
const modelOf = (domain: number, action: (cell: Variable) => Omit<ActionDeclaration, "name">): Model =>
  defineModel({
    name: "traced",
    variables: { cell: { shape: [CELLS], domain } },
    actions: ({ cell }) => [{ name: "step", ...action(cell) }],
    properties: ({ cell }) => {
      const { guard, parameters } = action(cell);
      return [
        { name: "never", parameters, fails: [guard].flat() },
        { name: "sum", holds: () => [0, 1, 2, 3].reduce((sum, index) => sum + cell.at(index), 0) < 2 * domain },
      ];
    },
  });

const models: readonly [name: string, model: Model][] = [
  [
    "a test of one cell",
    modelOf(4, (cell) => ({
      parameters: { c: CELLS },
      guard: (c) => cell.is(2, c),
      effect: (c) => cell.set(0, c),
    })),
  ],
  [
    "conditions on fewer parameters first, one of them on none",
    modelOf(3, (cell) => ({
      parameters: { c: CELLS, d: CELLS },
      guard: [() => !cell.is(0, 0), (c) => cell.at(c) > 0, (c, d) => c !== d && cell.at(c) !== cell.at(d)],
      effect: (c, d) => {
        cell.set(cell.at(d), c);
        cell.set(0, d);
      },
    })),
  ],
  [
    "an effect that reads what it wrote, and writes blindly",
    modelOf(5, (cell) => ({
      parameters: { c: 2 },
      guard: () => true,
      effect: (c) => {
        cell.set(4, 3);
        cell.set(cell.at(3) - cell.at(c), 2);
      },
    })),
  ],
  [
    "an effect that cannot be traced: it throws where the guard does not let it",
    modelOf(4, (cell) => ({
      parameters: { c: CELLS },
      guard: (c) => cell.at(c) < 3,
      effect: (c) => {
        if (cell.at(c) === 3) throw new Error("there is no 4");
        cell.set(cell.at(c) + 1, c);
      },
    })),
  ],
  [
    "a domain too large to trace, up to the sign bit of a word",
    modelOf(2 ** 16, (cell) => ({
      parameters: { c: CELLS },
      guard: (c) => cell.at(c) !== 7,
      effect: (c) => cell.set(2 ** 16 - 1 - cell.at(c), c),
    })),
  ],
  [
    "too many ways through the guard",
    modelOf(4, (cell) => ({
      parameters: { c: CELLS },
      guard: (c) => (cell.at(0) * 64 + cell.at(1) * 16 + cell.at(2) * 4 + cell.at(3)) % 7 === c,
      effect: (c) => cell.set(3, c),
    })),
  ],
  [
    "more instances than are written out",
    modelOf(4, (cell) => ({
      parameters: { c: CELLS, x: 300 },
      guard: (c, x) => cell.at(c) === x,
      effect: (c, x) => cell.set(3 - x, c),
    })),
  ],
];

describe("generated code does what the closures do", () => {
  it.each(models)("%s", (_, model) => {
    const { domains } = model.workspace.layout;
    const contents = fc.tuple(...domains.map((domain) => fc.integer({ min: 0, max: domain - 1 })));
    const compare = comparisonWithClosures(model);
    fc.assert(
      fc.property(contents, (contents) => void compare(contents)),
      { numRuns: 100, seed: 1 },
    );
  });

  it("on the top bits of a word and in several words", () => {
    const model = defineModel({
      name: "wide",
      variables: { cell: { shape: [20], domain: 16 } },
      actions: ({ cell }) => [
        {
          name: "raise",
          parameters: { c: 20 },
          guard: (c) => !cell.is(15, c) && !cell.is(3, c),
          effect: (c) => cell.set(15, c),
        },
      ],
      properties: ({ cell }) => [{ name: "last", holds: () => cell.at(19) !== 15 }],
    });
    const compare = comparisonWithClosures(model);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 20, maxLength: 20 }),
        (contents) => void compare(contents),
      ),
      { numRuns: 100, seed: 1 },
    );
  });
});

describe("a trace", () => {
  const model = modelOf(4, (cell) => ({ parameters: {}, guard: () => cell.is(0, 0), effect: () => {} }));
  const cell = model.variables.cell!;

  it("asks only what the code asks, and joins answers that make no difference", () => {
    expect(executeSymbolically(model.workspace, () => cell.is(1, 2), 10)).toEqual({
      cell: 2,
      branches: [
        { contents: [1, 2], tree: { outcome: true } },
        { contents: [0, 1, 2, 4], tree: { outcome: false } },
      ],
    });
    expect(executeSymbolically(model.workspace, () => cell.at(1) >= 0, 10)).toEqual({ outcome: true });
    expect(executeSymbolically(model.workspace, () => cell.is(1, 0) || !cell.is(1, 0), 10)).toEqual({ outcome: true });
  });

  it("is given up where the code has more ways than allowed, or depends on more than the state", () => {
    expect(executeSymbolically(model.workspace, () => cell.at(0) + cell.at(1), 16)).not.toBeNull();
    expect(executeSymbolically(model.workspace, () => cell.at(0) + cell.at(1), 15)).toBeNull();
    let turn = 0;
    expect(executeSymbolically(model.workspace, () => cell.is(1, turn++ % 2), 10)).toBeNull();
  });
});
