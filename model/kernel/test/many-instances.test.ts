/**
 * Steps, conditions and state functions with many parameter values: each instance is itself, whatever its numbers look
 * like.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guardedCommandsOf } from "../compile/guarded-commands.js";
import { type ActionDeclaration, defineModel, type Model, type PropertyDeclaration } from "../declaration/model.js";
import type { Variable } from "../declaration/variable.js";
import { comparisonWithClosures } from "./by-closures.js";

const CELLS = 12;
const NOISE = 9;

const isLoud = (noise: Variable): boolean => {
  let set = 0;
  for (let b = 0; b < NOISE; b++) if (noise.is(1, b)) set++;
  return set * 2 > NOISE;
};

interface Parts {
  readonly cell: Variable;
  readonly noise: Variable;
  /** Cell i holds what cell j does not, which each pair of cells is asked by itself. */
  readonly differs: (i: number, j: number) => boolean;
  /** The same as an answer of several. */
  readonly difference: (i: number, j: number) => number;
}

const modelOf = (
  actions: (parts: Parts) => ActionDeclaration[],
  properties: (parts: Parts) => PropertyDeclaration[],
): Model => {
  const partsOf = ({ cell, noise }: Record<"cell" | "noise", Variable>): Parts => ({
    cell,
    noise,
    differs: cell.statePredicate((i, j) => cell.is(2, i) && cell.is(1, j)) as Parts["differs"],
    difference: cell.stateFunction(5, (i, j) => cell.at(i) - cell.at(j) + 2) as Parts["difference"],
  });
  return defineModel({
    name: "pairs",
    variables: { cell: { shape: [CELLS], domain: 3 }, noise: { shape: [NOISE], domain: 2 } },
    actions: (variables) => actions(partsOf(variables)),
    properties: (variables) => properties(partsOf(variables)),
  });
};

const pair = { i: CELLS, j: CELLS };

/** By pairs of cells. */
const MODELS: readonly (readonly [string, Model])[] = [
  [
    "guarded commands",
    modelOf(
      ({ cell }) => [
        {
          name: "swap",
          parameters: pair,
          guard: [(i, j) => cell.is(2, i) && cell.is(1, j)],
          effect: (i, j) => {
            cell.set(1, i);
            cell.set(2, j);
          },
        },
      ],
      ({ cell }) => [
        { name: "none", parameters: pair, fails: [(i) => cell.is(2, i), (i, j) => i === 11 && cell.is(1, j)] },
      ],
    ),
  ],
  [
    "involved steps where a condition of both holds",
    modelOf(
      ({ cell, noise }) => [
        {
          name: "lower",
          parameters: pair,
          guard: [(i, j) => cell.is(2, i) && cell.is(1, j), () => isLoud(noise)],
          effect: (i) => cell.set(0, i),
        },
      ],
      ({ cell, noise }) => [
        { name: "quiet", parameters: { i: CELLS }, fails: [(i) => cell.is(2, i), () => isLoud(noise)] },
      ],
    ),
  ],
  [
    "involved steps behind a condition with two ways to hold",
    modelOf(
      ({ cell, noise }) => [
        {
          name: "lower",
          parameters: pair,
          guard: [
            (i, j) => i !== j && !cell.is(2, i) && (cell.is(1, i) ? cell.is(2, j) : cell.is(1, j)),
            () => isLoud(noise),
          ],
          effect: (i, j) => cell.set(0, cell.is(1, i) ? j : i),
        },
      ],
      ({ cell, noise }) => [
        {
          name: "quiet",
          parameters: { i: CELLS },
          fails: [(i) => (cell.is(1, i) ? cell.is(2, 0) : cell.is(1, 0)), () => isLoud(noise)],
        },
      ],
    ),
  ],
  [
    "state predicates",
    modelOf(
      ({ cell, noise, differs }) => [
        { name: "lower", parameters: pair, guard: [differs, () => isLoud(noise)], effect: (i) => cell.set(0, i) },
      ],
      ({ differs }) => [
        { name: "forward", parameters: { i: 2 }, fails: [(i) => differs(i + 10, 1)] },
        { name: "back", parameters: { i: 2 }, fails: [(i) => differs(1, i + 10), (i) => differs(i, 11)] },
      ],
    ),
  ],
  [
    "state functions",
    modelOf(
      ({ cell, noise, difference }) => [
        {
          name: "level",
          parameters: pair,
          guard: [(i, j) => isLoud(noise) && difference(i, j) === 4],
          effect: (i, j) => {
            cell.set(1, i);
            cell.set(1, j);
          },
        },
      ],
      ({ difference }) => [
        {
          name: "level",
          parameters: { i: 3 },
          fails: [(i) => difference(i, 11) === 4, (i) => difference(11, 1) === 1 + i],
        },
      ],
    ),
  ],
];

describe("every instance", () => {
  it.each(MODELS)("is enabled, and fails, where its closures say so: %s", (name, model) => {
    expect(guardedCommandsOf(model).involved.length > 0).toBe(name !== "guarded commands");
    const contents = fc.tuple(
      fc.array(fc.nat(2), { minLength: CELLS, maxLength: CELLS }),
      fc.array(fc.constantFrom(0, 1, 1), { minLength: NOISE, maxLength: NOISE }),
    );
    const compare = comparisonWithClosures(model);
    const seen = { successors: 0, failures: 0 };
    fc.assert(
      fc.property(contents, ([cells, noise]) => {
        const { successors, failures } = compare([...cells, ...noise]);
        seen.successors += successors;
        seen.failures += failures;
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(Math.min(seen.successors, seen.failures)).toBeGreaterThan(10);
  });

  it("is asked only where both cells may hold what some way needs", () => {
    const [, model] = MODELS.find(([name]) => name.includes("two ways"))!;
    const { involved } = guardedCommandsOf(model);
    expect(involved.map(({ tests }) => [...tests])).toContainEqual([
      [3, [0, 2]],
      [5, [1, 3]],
    ]);
    expect(involved.length).toBe(CELLS * (CELLS - 1));
  });
});
