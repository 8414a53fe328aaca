/**
 * Variables of many contents, which steps are not written out for as guarded commands: the same states, the same
 * properties as by closures.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tries } from "../../../spec/test/effort.js";
import { defineModel, type Guard, instancesOf, type Model } from "../declaration/model.js";
import type { Variable } from "../declaration/variable.js";
import { comparisonWithClosures } from "./by-closures.js";

const CELLS = 3;

/**
 * Contents on both sides of where words, bytes and sets of 32 end, so that a content is mistaken for another where
 * there is a way to.
 */
const CONTENTS = [
  0, 1, 2, 16, 29, 30, 31, 32, 33, 34, 63, 64, 65, 95, 96, 127, 128, 160, 254, 255, 256, 257, 288, 511, 512, 999,
];

/**
 * What is asked of one cell: whether it has one of these contents, asked one after another, or what it has, and whether
 * that is odd.
 */
type Asked =
  | { readonly kind: "is"; readonly cell: number; readonly contents: readonly number[]; readonly wanted: boolean }
  | { readonly kind: "odd"; readonly cell: number; readonly wanted: boolean };

interface DrawnStep {
  readonly asked: readonly Asked[];
  readonly written: number;
  /** A content, or the cell that it is taken from. */
  readonly to: { readonly content: number } | { readonly from: number };
}

interface Drawn {
  /** The contents that cells have and steps speak of, so that they meet. */
  readonly pool: readonly number[];
  readonly steps: readonly DrawnStep[];
}

const arbitrarySteps = (pool: readonly number[]): fc.Arbitrary<DrawnStep[]> => {
  const cell = fc.nat(CELLS - 1);
  const content = fc.constantFrom(...pool);
  const asked: fc.Arbitrary<Asked> = fc.oneof(
    fc.record({
      kind: fc.constant("is" as const),
      cell,
      contents: fc.uniqueArray(content, { minLength: 1, maxLength: 3 }),
      wanted: fc.boolean(),
    }),
    fc.record({ kind: fc.constant("odd" as const), cell, wanted: fc.boolean() }),
  );
  const to = fc.oneof(
    content.map((content) => ({ content })),
    cell.map((from) => ({ from })),
  );
  return fc.array(fc.record({ asked: fc.array(asked, { minLength: 1, maxLength: 3 }), written: cell, to }), {
    minLength: 2,
    maxLength: 8,
  });
};

const arbitraryDrawn = (domain: number): fc.Arbitrary<Drawn> =>
  fc
    .shuffledSubarray(
      CONTENTS.filter((content) => content < domain),
      { minLength: 4, maxLength: 4 },
    )
    .chain((pool) => fc.record({ pool: fc.constant(pool), steps: arbitrarySteps(pool) }));

const holds = (cell: Variable, asked: Asked): boolean =>
  (asked.kind === "is"
    ? asked.contents.some((content) => cell.is(content, asked.cell))
    : cell.at(asked.cell) % 2 === 1) === asked.wanted;

/** Guards by themselves, as predicates, or as state functions with more answers than two: each asked in its own way. */
type Wording = "closures" | "state predicates" | "state functions";

function guardOf(cell: Variable, asked: Asked, wording: Wording): Guard {
  if (wording === "closures") return () => holds(cell, asked);
  if (wording === "state predicates") return cell.statePredicate(() => holds(cell, asked));
  const stateFunction = cell.stateFunction(3, () => (holds(cell, asked) ? 2 : 0));
  return () => stateFunction() === 2;
}

const modelOf = (domain: number, steps: readonly DrawnStep[], wording: Wording): Model =>
  defineModel({
    name: "large",
    variables: { cell: { shape: [CELLS], domain } },
    actions: ({ cell }) =>
      steps.map(({ asked, written, to }, index) => ({
        name: `step${index}`,
        parameters: {},
        guard: asked.map((one) => guardOf(cell, one, wording)),
        effect: () => cell.set("content" in to ? to.content : cell.at(to.from), written),
      })),
    properties: ({ cell }) =>
      steps.map(({ asked }, index) => ({
        name: `property${index}`,
        parameters: {},
        fails: asked.map((one) => guardOf(cell, one, wording)),
      })),
  });

describe.each([30, 31, 32, 33, 64, 256, 257, 1000])("with a domain of %i", (domain) => {
  it.each(["closures", "state predicates", "state functions"] as const)(
    "states have their successors and failures (%s)",
    (wording) => {
      const seen = { successors: 0, failures: 0 };
      fc.assert(
        fc.property(arbitraryDrawn(domain), ({ pool, steps }) => {
          const compare = comparisonWithClosures(modelOf(domain, steps, wording));
          for (const contents of instancesOf([4, 4, 4])) {
            const { successors, failures } = compare(contents.map((index) => pool[index]!));
            seen.successors += successors;
            seen.failures += failures;
          }
        }),
        { numRuns: tries(4, 8), seed: 1 },
      );
      expect(Math.min(seen.successors, seen.failures)).toBeGreaterThan(200);
    },
  );
});
