/**
 * A gate that there is not: to wait until nothing more can be decided in the range before. Even where every proposal
 * above set 0 waits until no server has an unwritten register below, the same tables are unsafe.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { type Action, explore } from "../../kernel/index.js";
import { isFrozenBelow } from "../facts.js";
import { type RegistersModel, registersModel } from "../registers.js";
import { compressedRegisterSets, type Scope } from "../scope.js";

/** The model in which a client of r proposes once all servers are frozen below r. */
function waitingForFreezes(model: RegistersModel, servers: number): RegistersModel {
  const allFrozen = (r: number): boolean => {
    for (let s = 0; s < servers; s++) if (!isFrozenBelow(model.variables.register, s, r)) return false;
    return true;
  };
  const waiting = (action: Action): Action => ({
    ...action,
    guard: (...parameters) => allFrozen(parameters[0]!) && action.guard(...parameters),
    conditions: [...action.conditions, { holds: (r) => allFrozen(r!), arity: 1 }],
  });
  return {
    ...model,
    actions: model.actions.map((action) => (action.name === "propose" ? waiting(action) : action)),
  };
}

it("to wait for freezes makes no table safe", async () => {
  const seen = { safe: 0, unsafe: 0, later: 0 };
  await fc.assert(
    fc.asyncProperty(
      arbitraryTable({ servers: { min: 1, max: 3 }, ranges: { min: 1, max: 2 }, allocation: "any" }),
      fc.constantFrom("greatest", "eager", "strict", "decision-table"),
      async (drawn, selection) => {
        const table = { ...drawn, selection } as const;
        const scope: Scope = { table, registerSets: compressedRegisterSets(table), values: 2, clients: null };
        const model = registersModel(scope);
        const plain = await explore(model, { stopAtViolation: true, statesMax: 40_000 });
        if (!plain.complete && plain.violations.size === 0) return;
        const waiting = await explore(waitingForFreezes(model, table.servers.length), { stopAtViolation: true });
        const isUnsafe = plain.violations.has("agreement");
        expect(waiting.violations.has("agreement")).toBe(isUnsafe);
        if (isUnsafe && waiting.violations.get("agreement")! > plain.violations.get("agreement")!) seen.later++;
        seen[isUnsafe ? "unsafe" : "safe"]++;
      },
    ),
    { numRuns: 40, seed: 3 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(3);
});
