/**
 * Quorums that depend on who proposes, against an oracle and a search: the rules and the constructed runs take them set
 * by set.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { anyOf, listFormula } from "../../../spec/families/formula.js";
import type { QuorumFamily, QuorumTable } from "../../../spec/quorum-table.js";
import { judgeRules } from "../../../spec/rules/judge.js";
import { areSafe } from "../../../spec/rules/judgement.js";
import { allServers } from "../../../spec/server-set.js";
import { constructedRun } from "../../analysis/constructed-run.js";
import { explore } from "../../kernel/index.js";
import { registersModel } from "../registers.js";
import { compressedRegisterSets, type Scope } from "../scope.js";
import { figuresOf, oracleFigures } from "./figures.js";

const at = { file: "random", line: 1, column: 1 };

/** One family for each of two clients. */
const arbitraryPlaced = (servers: number): fc.Arbitrary<QuorumFamily> =>
  fc
    .array(fc.array(fc.integer({ min: 1, max: allServers(servers) }), { minLength: 1, maxLength: 2 }), {
      minLength: 2,
      maxLength: 2,
    })
    .map((families) => {
      const ofClients = families.map((quorums) => listFormula(quorums));
      return { formula: anyOf(ofClients), ofClients, text: "random", at };
    });

const arbitraryScope: fc.Arbitrary<Scope> = fc.integer({ min: 2, max: 3 }).chain((servers) =>
  fc
    .record({
      decide: arbitraryPlaced(servers),
      prepare: fc.option(arbitraryPlaced(servers)),
      sets: fc.integer({ min: 2, max: 3 }),
    })
    .map(({ decide, prepare, sets }) => {
      const table: QuorumTable = {
        name: "random",
        servers: Array.from({ length: servers }, (_, server) => `S${server}`),
        ranges: [{ first: 0, last: sets - 1, decide, prepare, allocation: { kind: "round-robin" }, at }],
        selection: "greatest",
        clients: ["ann", "bob"],
      };
      return { table, registerSets: compressedRegisterSets(table), values: 2, clients: null };
    }),
);

it("the rules, the explorer, the oracle and the constructed run say the same", async () => {
  const seen = { safe: 0, unsafe: 0 };
  await fc.assert(
    fc.asyncProperty(arbitraryScope, async (scope) => {
      const model = registersModel(scope);
      if (!(await explore(model, { statesMax: 3000 })).complete) return;
      const expected = oracleFigures(scope);
      expect(await figuresOf(model)).toEqual(expected);
      expect(areSafe(judgeRules(scope.table))).toBe(expected.shortestViolation === null);
      expect(constructedRun(model, scope)?.length ?? null).toBe(expected.shortestViolation);
      seen[expected.shortestViolation === null ? "safe" : "unsafe"]++;
    }),
    { numRuns: 40, seed: 4 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(3);
});
