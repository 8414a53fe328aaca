/** Elected register sets: the model against the oracle, and the rules and the closed formula against the model. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isElected, type QuorumTable } from "../../../spec/quorum-table.js";
import { judgeRules } from "../../../spec/rules/judge.js";
import { areSafe } from "../../../spec/rules/judgement.js";
import { isShared } from "../../../spec/table-families.js";
import { parseTable } from "../../../spec/table-file.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { tries } from "../../../spec/test/effort.js";
import { constructedRun } from "../../analysis/constructed-run.js";
import { explore } from "../../kernel/index.js";
import { Canonicalizer } from "../../symmetry/canonical-form.js";
import { exploreQuotient } from "../../symmetry/quotient-search.js";
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

const SELECTIONS = ["greatest", "eager", "strict", "decision-table"] as const;

/** By decision table a client hears whom it likes, and votes come apart from that. */
const withVotesApart = (table: QuorumTable): QuorumTable => ({
  ...table,
  ranges: table.ranges.map((range) =>
    range.allocation.kind === "elected" ? { ...range, allocation: { ...range.allocation, vote: "apart" } } : range,
  ),
});

const arbitraryScope = (servers: number, sets: number) =>
  fc
    .tuple(
      arbitraryTable({ servers: { min: 1, max: servers }, ranges: { min: 1, max: 2 }, allocation: "elected" }),
      fc.constantFrom(...SELECTIONS),
    )
    .map(([drawn, selection]) => {
      const table = { ...(selection === "decision-table" ? withVotesApart(drawn) : drawn), selection };
      return { table, registerSets: compressedRegisterSets(table).slice(0, sets) };
    })
    .filter(({ table, registerSets }) => registerSets.some((set) => isElected(table, set)));

it("have the states, transitions, depth and nearest violation that the oracle finds, with symmetry too", async () => {
  const seen = { safe: 0, unsafe: 0, contested: 0 };
  await fc.assert(
    fc.asyncProperty(
      arbitraryScope(3, 2),
      fc.constantFrom(...INPUTS),
      fc.boolean(),
      async (drawn, inputs, writesFreezeBelow) => {
        const scope: Scope = { ...drawn, ...inputs, variant: { freezes: "row", writesFreezeBelow } };
        const model = registersModel(scope);
        // Others take the oracle too long.
        if (!(await explore(model, { statesMax: 2500 })).complete) return;
        const expected = oracleFigures(scope);
        expect(await figuresOf(model)).toEqual(expected);
        const quotient = await exploreQuotient(model, new Canonicalizer(model, scope), {});
        expect(quotient).toMatchObject({ distinctStates: expected.distinctStates, transitions: expected.transitions });
        seen[expected.shortestViolation === null ? "safe" : "unsafe"]++;
        if (scope.registerSets.some((set) => isElected(scope.table, set) && isShared(scope.table, set)))
          seen.contested++;
      },
    ),
    { numRuns: tries(25, 250), seed: 5 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(1);
});

describe("of a table with elected sets", () => {
  it("the rules, the explorer, the reduction and the constructed run say the same", async () => {
    const seen = { safe: 0, unsafe: 0, contested: 0 };
    await fc.assert(
      fc.asyncProperty(arbitraryScope(2, 4), async (drawn) => {
        const scope: Scope = { ...drawn, values: 2, clients: null };
        const model = registersModel(scope);
        if (compressedRegisterSets(scope.table).length > scope.registerSets.length) return;
        const found = await explore(model, { statesMax: 60_000, stopAtViolation: true });
        if (!found.complete && found.violations.size === 0) return;
        const length = found.violations.get("agreement") ?? null;
        expect(areSafe(judgeRules(scope.table))).toBe(length === null);
        expect(constructedRun(model, scope)?.length ?? null).toBe(length);
        if (scope.table.selection !== "decision-table") {
          const reduced = await explore(reducedRegistersModel(scope), { stopAtViolation: true });
          expect((reduced.violations.get("agreement") ?? null) === null).toBe(length === null);
        }
        seen[length === null ? "safe" : "unsafe"]++;
        if (scope.registerSets.some((set) => isElected(scope.table, set) && isShared(scope.table, set)))
          seen.contested++;
      }),
      { numRuns: tries(30, 300), seed: 3 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(1);
  });

  const raft = (vote: string): Scope => ({
    table: parseTable(
      `servers: [a, b, c]\nregisters: [{ sets: 0.., decide: majority, allocation: elected, vote: ${vote} }]\n`,
      "raft.yaml",
    ),
    registerSets: [0, 1],
    values: 2,
    clients: null,
  });

  it("the counts of three servers with majorities are these", async () => {
    expect(await figuresOf(registersModel(raft("promise")))).toMatchObject({ distinctStates: 14_841, depth: 14 });
  });

  it("single freezes are refused where votes are promises", () => {
    const variant = { freezes: "register", writesFreezeBelow: false } as const;
    expect(() => registersModel({ ...raft("promise"), variant })).toThrow(
      new RangeError("votes that are promises freeze whole rows, not single registers"),
    );
    expect(() => registersModel({ ...raft("apart"), variant })).not.toThrow();
  });
});

it("nobody is frozen for a set where votes are promises, although it is written there next", async () => {
  const table = parseTable(
    `servers: [s, t, u]
registers:
  - { sets: 0, decide: t and u }
  - { sets: 1, decide: s, prepare: t }
  - { sets: 2, decide: t, prepare: u, allocation: elected }
`,
    "votes.yaml",
  );
  const scope: Scope = { table, registerSets: [0, 1, 2], values: 2, clients: null };
  const model = registersModel(scope);
  expect((await explore(model, { stopAtViolation: true })).violations.get("agreement")).toBe(6);
  expect(constructedRun(model, scope)?.length).toBe(6);
});

it("of three sets, some of them elected, the constructed run is as long as the nearest violation", async () => {
  const seen = { safe: 0, unsafe: 0 };
  const tables = arbitraryTable({ servers: { min: 3, max: 3 }, ranges: { min: 3, max: 3 }, allocation: "elected" });
  await fc.assert(
    fc.asyncProperty(tables, async ({ ranges, ...drawn }) => {
      const table = { ...drawn, ranges: ranges.map((range, set) => ({ ...range, first: set, last: set })) };
      const scope: Scope = { table, registerSets: [0, 1, 2], values: 2, clients: null };
      const model = registersModel(scope);
      const found = await explore(model, { statesMax: 30_000, stopAtViolation: true });
      const length = found.violations.get("agreement") ?? null;
      if (!found.complete && length === null) return;
      expect(constructedRun(model, scope)?.length ?? null).toBe(length);
      seen[length === null ? "safe" : "unsafe"]++;
    }),
    { numRuns: tries(10, 100), seed: 1 },
  );
  expect(seen.unsafe).toBeGreaterThan(2);
});
