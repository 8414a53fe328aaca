/**
 * Ranges that wait for a decision in the one before: the model, the rules and the constructed runs, against an oracle
 * and a search.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasGates, type QuorumTable, type Selection } from "../../../spec/quorum-table.js";
import { judgeRules } from "../../../spec/rules/judge.js";
import { areSafe } from "../../../spec/rules/judgement.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { tries } from "../../../spec/test/effort.js";
import { quorums, tableOf } from "../../../spec/test/tables.js";
import { constructedRun } from "../../analysis/constructed-run.js";
import { explore } from "../../kernel/index.js";
import { Canonicalizer } from "../../symmetry/canonical-form.js";
import { exploreQuotient } from "../../symmetry/quotient-search.js";
import { reducedRegistersModel } from "../reduced.js";
import { registersModel } from "../registers.js";
import { compressedRegisterSets, type Scope } from "../scope.js";
import { figuresOf, oracleFigures } from "./figures.js";

const SELECTIONS = ["greatest", "eager", "strict", "decision-table"] as const;

/** Gates are what is asked for, so a file has one at least. */
const gatedScope = (
  servers: number,
  ranges: number,
  allocation: "exclusive" | "any" | "elected",
): fc.Arbitrary<Scope> =>
  fc
    .tuple(
      arbitraryTable({ servers: { min: 1, max: servers }, ranges: { min: 2, max: ranges }, allocation, gates: true }),
      fc.constantFrom<Selection>(...(allocation === "elected" ? SELECTIONS.slice(0, 3) : SELECTIONS)),
    )
    .map(([drawn, selection]): Scope => {
      const table: QuorumTable = { ...drawn, selection };
      return { table, registerSets: compressedRegisterSets(table), values: 2, clients: null };
    })
    .filter(({ table }) => hasGates(table));

it("have the states, transitions, depth and nearest violation that the oracle finds, with symmetry too", async () => {
  const seen = { safe: 0, unsafe: 0 };
  await fc.assert(
    fc.asyncProperty(
      gatedScope(3, 3, "any"),
      fc.constantFrom(null, 2),
      fc.boolean(),
      async (drawn, clients, writes) => {
        const registerSets = drawn.registerSets.slice(0, 4);
        const scope: Scope = {
          ...drawn,
          registerSets,
          clients,
          variant: { freezes: "row", writesFreezeBelow: writes },
        };
        const model = registersModel(scope);
        if (!(await explore(model, { statesMax: 2500 })).complete) return;
        const expected = oracleFigures(scope);
        expect(await figuresOf(model)).toEqual(expected);
        const quotient = await exploreQuotient(model, new Canonicalizer(model, scope), {});
        expect(quotient).toMatchObject({ distinctStates: expected.distinctStates, transitions: expected.transitions });
        seen[expected.shortestViolation === null ? "safe" : "unsafe"]++;
      },
    ),
    { numRuns: tries(8, 150), seed: 6 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
});

describe("the rules, the explorer, the reduction and the constructed run say the same", () => {
  it.each([
    { servers: 3, ranges: 3, allocation: "exclusive", rules: "PQ,PQ after a gate,safe" },
    { servers: 3, ranges: 3, allocation: "any", rules: "F1,PQ,PQ after a gate,safe" },
    { servers: 2, ranges: 3, allocation: "elected", rules: "PQ,PQ after a gate,safe" },
  ] as const)("$servers servers, $ranges ranges, $allocation", async ({ servers, ranges, allocation, rules }) => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(gatedScope(servers, ranges, allocation), async (scope) => {
        const model = registersModel(scope);
        const found = await explore(model, { statesMax: 30_000, stopAtViolation: true });
        if (!found.complete && found.violations.size === 0) return;
        const length = found.violations.get("agreement") ?? null;
        expect(areSafe(judgeRules(scope.table))).toBe(length === null);
        const constructed = constructedRun(model, scope);
        expect(constructed?.length ?? null).toBe(length);
        seen.add(constructed?.plan.rule ?? "safe");
        if (scope.table.selection === "decision-table") return;
        const reduced = await explore(reducedRegistersModel(scope), { stopAtViolation: true });
        expect((reduced.violations.get("agreement") ?? null) === null).toBe(length === null);
      }),
      { numRuns: tries(25, 120), seed: 3 },
    );
    expect([...seen]).toEqual(expect.arrayContaining(rules.split(",")));
  });
});

/** R0 is open, R1 waits for it, and R2 for R1: so a client of R2 that hears of R1's decision has no choice to make. */
describe("past two gates", () => {
  const chain = (selection: Selection, [decide, prepare]: readonly [string[], string[]]): Scope => {
    const table = tableOf(
      4,
      [
        { sets: [0, 0], decide: quorums(...decide), open: true },
        { sets: [1, 1], decide: quorums("3"), prepare: quorums("0123"), gated: true },
        { sets: [2, 2], decide: quorums("01"), prepare: quorums(...prepare), gated: true },
      ],
      { selection },
    );
    return { table, registerSets: [0, 1, 2], values: 2, clients: null };
  };

  it.each([
    ["G1: the first set that waits may take a stray value", "greatest", [["01"], ["012"]], "G1", 8],
    ["G1 asks nothing where all servers decide", "greatest", [["0123"], ["012"]], null, null],
    ["F2: two quorums that meet outside of what is heard", "eager", [["013", "123"], ["02"]], "F2", 13],
    ["F2 asks nothing where the client hears of the later decision", "eager", [["013", "123"], ["023"]], null, null],
  ] as const)("%s", async (_, selection, families, rule, length) => {
    const scope = chain(selection, families as unknown as readonly [string[], string[]]);
    expect(areSafe(judgeRules(scope.table))).toBe(rule === null);
    const model = registersModel(scope);
    const constructed = constructedRun(model, scope);
    expect(constructed?.plan.rule ?? null).toBe(rule);
    const reduced = await explore(reducedRegistersModel(scope), { stopAtViolation: true });
    expect(reduced.violations.get("agreement") ?? null).toBe(length);
    expect(constructed?.length ?? null).toBe(length);
  });
});
