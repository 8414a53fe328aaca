/** Tables with arbiters: the model against the oracle, and the rules and constructed runs against the model. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listFormula } from "../../../spec/families/formula.js";
import type { QuorumTable, Selection } from "../../../spec/quorum-table.js";
import { judgeRules } from "../../../spec/rules/judge.js";
import { areSafe } from "../../../spec/rules/judgement.js";
import { allServers } from "../../../spec/server-set.js";
import { parseTable } from "../../../spec/table-file.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { constructedRun } from "../../analysis/constructed-run.js";
import { explore } from "../../kernel/index.js";
import { Canonicalizer } from "../../symmetry/canonical-form.js";
import { exploreQuotient } from "../../symmetry/quotient-search.js";
import { stepOf } from "../reading.js";
import { reducedRegistersModel } from "../reduced.js";
import { registersModel } from "../registers.js";
import { compressedRegisterSets, type Scope } from "../scope.js";
import { figuresOf, oracleFigures } from "./figures.js";

/**
 * The table with some servers as arbiters, which leave the quorums that decide; null where one of these had nobody
 * else.
 */
function withArbiters(table: QuorumTable, arbiters: number, selection: Selection): QuorumTable | null {
  const ranges = table.ranges.flatMap((range) => {
    const { formula } = range.decide;
    if (formula.kind !== "list") throw new Error("random families are lists");
    const quorums = formula.quorums.map((quorum) => quorum & ~arbiters);
    if (quorums.includes(0)) return [];
    const allocation =
      range.allocation.kind === "elected" && selection === "decision-table"
        ? { ...range.allocation, vote: "apart" as const }
        : range.allocation;
    return [{ ...range, allocation, decide: { ...range.decide, formula: listFormula(quorums) } }];
  });
  return ranges.length < table.ranges.length ? null : { ...table, ranges, arbiters, selection };
}

const arbitraryScope = (servers: number, allocation: "any" | "elected"): fc.Arbitrary<Scope> =>
  fc
    .tuple(
      arbitraryTable({ servers: { min: 2, max: servers }, ranges: { min: 1, max: 2 }, allocation, gates: true }),
      fc.integer({ min: 1, max: allServers(servers) }),
      fc.constantFrom<Selection>("greatest", "greatest", "eager", "strict", "decision-table"),
    )
    .map(([drawn, mask, selection]) => withArbiters(drawn, mask & allServers(drawn.servers.length), selection))
    .filter((table) => table !== null && table.arbiters !== 0)
    .map((table) => ({ table: table!, registerSets: compressedRegisterSets(table!), values: 2, clients: null }));

describe.each([
  { allocation: "any", servers: 3, runs: 50 },
  { allocation: "elected", servers: 2, runs: 35 },
] as const)("of up to $servers servers, $allocation", ({ allocation, servers, runs }) => {
  it("the rules, the explorer, the oracle, the reduction and the constructed run say the same", async () => {
    const seen = { safe: 0, unsafe: 0 };
    await fc.assert(
      fc.asyncProperty(arbitraryScope(servers, allocation), fc.boolean(), async (drawn, writesFreezeBelow) => {
        const scope: Scope = { ...drawn, variant: { freezes: "row", writesFreezeBelow } };
        const model = registersModel(scope);
        if (!(await explore(model, { statesMax: 450 })).complete) return;
        const expected = oracleFigures(scope);
        expect(await figuresOf(model)).toEqual(expected);
        const quotient = await exploreQuotient(model, new Canonicalizer(model, scope), {});
        expect(quotient).toMatchObject({ distinctStates: expected.distinctStates, transitions: expected.transitions });
        const isSafe = expected.shortestViolation === null;
        expect(areSafe(judgeRules(scope.table))).toBe(isSafe);
        if (!writesFreezeBelow) expect(constructedRun(model, scope)?.length ?? null).toBe(expected.shortestViolation);
        if (scope.table.selection !== "decision-table") {
          const reduced = await explore(reducedRegistersModel(scope), { stopAtViolation: true });
          expect(reduced.violations.has("agreement")).toBe(!isSafe);
        }
        seen[isSafe ? "safe" : "unsafe"]++;
      }),
      { numRuns: runs, seed: 11 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(2);
  });
});

it("a value is relayed by a server that holds it, where an arbiter is heard as well", () => {
  const table = parseTable(
    `servers: [A, s, t, u, v, w, x]
arbiters: [A]
registers:
  - { sets: 0, decide: s }
  - { sets: 1, decide: all, prepare: t }
  - { sets: 2, decide: t, prepare: A and s, allocation: elected }
`,
    "relay.yaml",
  );
  const scope: Scope = { table, registerSets: [0, 1, 2], values: 2, clients: null };
  const model = registersModel(scope);
  const run = constructedRun(model, scope)!;
  // To be decided in R1, B would have to be written six times.
  expect(run.length).toBe(9);
  expect(run.steps.map((step) => stepOf(model, scope, step)).filter(({ action }) => action === "write")).toMatchObject([
    { server: "s", registerSet: 0 },
    { server: "s", registerSet: 1 },
    { server: "t", registerSet: 2 },
  ]);
});
