import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Selection } from "../../../spec/quorum-table.js";
import { judgeRules } from "../../../spec/rules/judge.js";
import { areSafe } from "../../../spec/rules/judgement.js";
import { explore } from "../../kernel/index.js";
import { registersModel } from "../registers.js";
import { compressedRegisterSets } from "../scope.js";
import { arbitrarySmallTable } from "./small-tables-drawn.js";

/**
 * The same search for many small tables: `quorate sweep` does every table on 3 or 4 servers, and random ones by the
 * thousand.
 */
describe.each<Selection>(["greatest", "eager", "strict", "decision-table"])("selection %s", (selection) => {
  it("breaks agreement in the compressed scope iff a rule of safety is broken", async () => {
    const judgedSafe = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(arbitrarySmallTable, async (shape) => {
        const table = { ...shape, selection };
        const registerSets = compressedRegisterSets(table);
        const scope = { table, registerSets, values: 2, clients: null };
        const { violations } = await explore(registersModel(scope), { stopAtViolation: true });
        const areRulesSafe = areSafe(judgeRules(table));
        expect(violations.size === 0).toBe(areRulesSafe);
        judgedSafe.add(areRulesSafe);
      }),
      { numRuns: 30, seed: 7 },
    );
    expect(judgedSafe.size).toBe(2);
  });
});
