/**
 * Replay of random tables, safe and unsafe: the implementation as it is raises no alarm, by whichever rule it is
 * judged. Other tables every time: each is replayed whole, and one register set deeper, which takes seconds.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exploreScope } from "../../../model/analysis/explore-scope.js";
import { compressedRegisterSets, type Scope } from "../../../model/registers/scope.js";
import { PLAIN, type Variant } from "../../../model/registers/variant.js";
import type { Selection } from "../../../spec/quorum-table.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { tries } from "../../../spec/test/effort.js";
import { replay } from "../replay.js";

const SELECTIONS: readonly Selection[] = ["greatest", "eager", "strict", "decision-table"];
const VARIANTS: readonly Variant[] = [PLAIN, { ...PLAIN, freezes: "register" }, { ...PLAIN, writesFreezeBelow: true }];

const QUIET = {
  samples: "of many" as const,
  seed: 1,
  foreign: null,
  signal: new AbortController().signal,
  onProgress: () => {},
};
const BOUNDS = {
  ...{ symmetry: false, reduce: false, stopAtViolation: false, workers: 1 },
  ...{ statesMax: 5_000, bytesMax: null, secondsMax: null, ifLarge: { reduce: false, stopAtViolation: false } },
};

describe("replay of a random table", () => {
  it("raises no alarm", async () => {
    const shape = { servers: { min: 2, max: 3 }, ranges: { min: 1, max: 2 }, allocation: "any" } as const;
    await fc.assert(
      fc.asyncProperty(
        arbitraryTable(shape),
        fc.constantFrom(...SELECTIONS),
        fc.constantFrom(...VARIANTS),
        async (drawn, selection, variant) => {
          const table = { ...drawn, selection };
          const scope: Scope = {
            table,
            registerSets: compressedRegisterSets(table),
            values: 2,
            clients: null,
            variant,
          };
          const exploration = await exploreScope(scope, { ...QUIET, ...BOUNDS });
          expect(
            (await replay(scope, exploration, [...exploration.violatingRuns.values()], { ...QUIET, secondsMax: null }))
              .divergence,
          ).toBeNull();
        },
      ),
      { numRuns: tries(1, 20) },
    );
  });
});
