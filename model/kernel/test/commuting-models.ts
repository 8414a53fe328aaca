/**
 * Models small enough to be explored by hand, of steps that commute or do not, and of persistent ones that are no
 * guarded commands.
 */
import fc from "fast-check";
import { defineModel, type Model } from "../declaration/model.js";
import type { Variable } from "../declaration/variable.js";

const CELLS = 5;
const CONTENTS = 3;

/**
 * Writes a content to a cell where another cell has some content; both may be the same cell, and steps may undo each
 * other.
 */
interface RandomStep {
  readonly tested: number;
  readonly content: number;
  readonly writes: readonly (readonly [cell: number, content: number])[];
}

const cell = fc.nat({ max: CELLS - 1 });
const content = fc.nat({ max: CONTENTS - 1 });
export const arbitrarySteps: fc.Arbitrary<RandomStep[]> = fc.array(
  fc.record({ tested: cell, content, writes: fc.array(fc.tuple(cell, content), { minLength: 1, maxLength: 2 }) }),
  { minLength: 1, maxLength: 12 },
);

export const modelOfSteps = (steps: readonly RandomStep[]): Model =>
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

/**
 * Bits that are set one at a time, and a step that needs some number of them: too many ways to hold to be written out.
 */
export const withThreshold = (bits: number, needed: number, persistent: boolean): Model =>
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

/**
 * Persistent steps `put` that ask much of nine bits, and write a cell for each i; `turn`, a guarded command, goes on
 * from what they write, and `raise` changes a cell that only effects may ask.
 */
export const withEffects = (effect: (i: number, x: Variable, raised: Variable, bit: Variable) => void): Model =>
  defineModel({
    name: "effects",
    variables: {
      bit: { shape: [9], domain: 2 },
      x: { shape: [2], domain: 4 },
      raised: { shape: [], domain: 2 },
    },
    actions: ({ bit, x, raised }) => [
      { name: "set", parameters: { b: 9 }, guard: (b) => bit.is(0, b), effect: (b) => bit.set(1, b) },
      { name: "raise", parameters: {}, guard: () => raised.is(0), effect: () => raised.set(1) },
      { name: "turn", parameters: { i: 2 }, guard: (i) => x.is(1, i), effect: (i) => x.set(3, i) },
      {
        name: "put",
        parameters: { i: 2 },
        guard: (i) => countOf(bit, 9) >= 5 && x.is(0, i),
        effect: (i) => effect(i, x, raised, bit),
        persistent: true,
      },
    ],
    properties: () => [],
  });

function countOf(bit: Variable, bits: number): number {
  let count = 0;
  for (let b = 0; b < bits; b++) if (bit.is(1, b)) count++;
  return count;
}

/** What effects of persistent steps may do. */
export const EFFECTS: readonly [what: string, effect: Parameters<typeof withEffects>[0]][] = [
  ["write constants", (i: number, x: Variable) => x.set(1, i)],
  ["write what another cell holds", (i: number, x: Variable, raised: Variable) => x.set(1 + raised.at(), i)],
  ["write where another cell says", (i: number, x: Variable, raised: Variable) => x.set(1, raised.is(1) ? i : 1 - i)],
  [
    "ask too much to be told",
    (i: number, x: Variable, _: Variable, bit: Variable) => x.set(i === 1 && countOf(bit, 9) < 7 ? 2 : 1, i),
  ],
];
