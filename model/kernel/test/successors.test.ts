import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateExpand } from "../compile/expand.js";
import { inOrder } from "../compile/independence.js";
import { generateJudge } from "../compile/judge.js";
import { Successors } from "../compile/successors.js";
import { trace } from "../compile/trace.js";
import { type ActionDeclaration, defineModel, type Model, type Variable } from "../declaration/model.js";

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

/** What closures say and do in a state, and what the generated code does. */
function compare(model: Model, contents: readonly number[]): void {
  const { workspace, properties } = model;
  workspace.load(model.initial, 0);
  for (const [cell, content] of contents.entries()) workspace.write(cell, content);
  workspace.commit();
  const state = workspace.words.slice();
  const width = state.length;

  workspace.load(state, 0);
  const expected: string[] = [];
  generateExpand(model)(() => expected.push(workspace.words.join()));
  const failing = properties.flatMap(({ holds }, index) => (holds() ? [] : [index]));

  const found = new Int32Array(1000 * width);
  const successors = new Successors(model, inOrder);
  const end = successors.write(state, 0, 0, found, 0, new Uint8Array(1000));
  const rows = Array.from({ length: end / width }, (_, row) => found.slice(row * width, (row + 1) * width).join());
  expect(rows.sort()).toEqual(expected.sort());
  expect(successors.takeCount()).toBe(expected.length);
  const failures = generateJudge(model)(state, 0);
  expect(properties.flatMap((_, index) => ((failures >>> index) & 1 ? [index] : []))).toEqual(failing);
}

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
    fc.assert(
      fc.property(contents, (contents) => compare(model, contents)),
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
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 20, maxLength: 20 }), (contents) =>
        compare(model, contents),
      ),
      { numRuns: 100, seed: 1 },
    );
  });
});

describe("a trace", () => {
  const model = modelOf(4, (cell) => ({ parameters: {}, guard: () => cell.is(0), effect: () => {} }));
  const cell = model.variables.cell!;

  it("asks only what the code asks, and joins answers that make no difference", () => {
    expect(trace(model.workspace, () => cell.is(1, 2), 10)).toEqual({
      cell: 2,
      branches: [
        { contents: [1, 2], tree: { outcome: true } },
        { contents: [0, 1, 2, 4], tree: { outcome: false } },
      ],
    });
    expect(trace(model.workspace, () => cell.at(1) >= 0, 10)).toEqual({ outcome: true });
    expect(trace(model.workspace, () => cell.is(1) || !cell.is(1), 10)).toEqual({ outcome: true });
  });

  it("is given up where the code has more ways than allowed, or depends on more than the state", () => {
    expect(trace(model.workspace, () => cell.at(0) + cell.at(1), 16)).not.toBeNull();
    expect(trace(model.workspace, () => cell.at(0) + cell.at(1), 15)).toBeNull();
    let turn = 0;
    expect(trace(model.workspace, () => cell.is(1, turn++ % 2), 10)).toBeNull();
  });
});
