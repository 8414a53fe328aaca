/**
 * Freezes of whole rows and of single registers, writes that freeze below and writes that do not: four models of one
 * consensus.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QuorumTable, Selection } from "../../../spec/quorum-table.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { tries } from "../../../spec/test/effort.js";
import { quorums, tableOf } from "../../../spec/test/tables.js";
import { promelaOf } from "../../bench/promela.js";
import { type Exploration, explore } from "../../kernel/index.js";
import { messagesModel } from "../../messages/messages.js";
import { quotientOf } from "../../symmetry/test/symmetry-explorer.js";
import { NIL, UNWRITTEN } from "../facts.js";
import { reducedRegistersModel } from "../reduced.js";
import { type RegistersModel, registersModel } from "../registers.js";
import { compressedRegisterSets, type Scope } from "../scope.js";
import { PLAIN, type Variant } from "../variant.js";
import { exploreDumbly } from "./oracle.js";

const SELECTIONS: readonly Selection[] = ["greatest", "eager", "strict", "decision-table"];

const byRegister: Variant = { freezes: "register", writesFreezeBelow: false };
const freezingWrites: Variant = { freezes: "row", writesFreezeBelow: true };
const both: Variant = { freezes: "register", writesFreezeBelow: true };

const OTHERS = [byRegister, freezingWrites, both];

const figuresOf = (exploration: Exploration) => ({
  distinctStates: exploration.distinctStates,
  transitions: exploration.transitions,
  depth: exploration.depth,
  shortestViolation: lengthOf(exploration),
});

function lengthOf(exploration: Exploration): number | null {
  return exploration.violations.get("agreement") ?? null;
}

function oracleFigures({ table, ...scope }: Scope) {
  const { decidedAtViolation: _, ...outcome } = exploreDumbly(table, scope);
  return outcome;
}

/** Tables small enough for the oracle: up to three servers, and up to three register sets of their compressed scope. */
const arbitraryScope = (selection: Selection): fc.Arbitrary<Scope> =>
  fc
    .record({
      table: arbitraryTable({ servers: { min: 1, max: 3 }, ranges: { min: 1, max: 3 }, allocation: "any" }),
      inputs: fc.constantFrom({ clients: null, values: 2 }, { clients: 2, values: 2 }, { clients: null, values: 3 }),
    })
    .map(({ table, inputs }) => ({
      table: { ...table, selection },
      registerSets: compressedRegisterSets(table).slice(0, inputs.values === 3 ? 2 : 3),
      ...inputs,
    }));

const majorityOf3 = tableOf(3, [{ sets: [0, Number.POSITIVE_INFINITY], decide: quorums("01", "02", "12") }]);
const majorities = (sets: number, clients: number | null): Scope => ({
  table: majorityOf3,
  registerSets: [0, 1, 2].slice(0, sets),
  values: 2,
  clients,
});

describe("counts of 3-majority", () => {
  // With two sets there is one register to freeze, so that it makes no difference how many a step takes.
  it.each([
    { variant: PLAIN, clients: null, sets: 2, distinctStates: 558, transitions: 1598 },
    { variant: PLAIN, clients: null, sets: 3, distinctStates: 10_123, transitions: 38_899 },
    { variant: PLAIN, clients: 2, sets: 2, distinctStates: 251, transitions: 673 },
    { variant: PLAIN, clients: 2, sets: 3, distinctStates: 4154, transitions: 15_117 },
    { variant: byRegister, clients: null, sets: 2, distinctStates: 558, transitions: 1598 },
    { variant: byRegister, clients: null, sets: 3, distinctStates: 12_250, transitions: 45_966 },
    { variant: byRegister, clients: 2, sets: 2, distinctStates: 251, transitions: 673 },
    { variant: byRegister, clients: 2, sets: 3, distinctStates: 5017, transitions: 17_836 },
    { variant: freezingWrites, clients: null, sets: 2, distinctStates: 414, transitions: 1142 },
    { variant: freezingWrites, clients: null, sets: 3, distinctStates: 6079, transitions: 21_679 },
    { variant: freezingWrites, clients: 2, sets: 2, distinctStates: 191, transitions: 493 },
    { variant: freezingWrites, clients: 2, sets: 3, distinctStates: 2555, transitions: 8664 },
    { variant: both, clients: null, sets: 2, distinctStates: 414, transitions: 1142 },
    { variant: both, clients: null, sets: 3, distinctStates: 7414, transitions: 27_630 },
    { variant: both, clients: 2, sets: 2, distinctStates: 191, transitions: 493 },
    { variant: both, clients: 2, sets: 3, distinctStates: 3118, transitions: 11_038 },
  ])(
    "$variant, clients $clients, $sets sets: $distinctStates states",
    async ({ variant, clients, sets, ...counts }) => {
      const scope = { ...majorities(sets, clients), variant };
      const expected = { ...counts, depth: sets === 2 ? 8 : 12, shortestViolation: null };
      expect(figuresOf(await explore(registersModel(scope)))).toEqual(expected);
      expect(oracleFigures(scope)).toEqual(expected);
      expect(await quotientOf(scope)).toMatchObject(counts);
    },
  );

  it("are the plain ones where nothing is said", async () => {
    const scope = majorities(3, null);
    const said = await explore(registersModel({ ...scope, variant: PLAIN }));
    expect(figuresOf(await explore(registersModel(scope)))).toEqual(figuresOf(said));
  });
});

describe.each(SELECTIONS)("selection %s", (selection) => {
  it("has the states, the depth and the nearest violation that the oracle finds, with symmetry too", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryScope(selection), fc.constantFrom(...OTHERS), async (plain, variant) => {
        const scope = { ...plain, variant };
        const expected = oracleFigures(scope);
        expect(figuresOf(await explore(registersModel(scope)))).toEqual(expected);
        const { distinctStates, transitions, depth, shortestRun } = await quotientOf(scope);
        expect({ distinctStates, transitions, depth, shortestViolation: shortestRun?.length ?? null }).toEqual(
          expected,
        );
      }),
      { numRuns: tries(3, 40), seed: 5 },
    );
  });

  // proofs-notes.md, "Variants" and "Lengths with single registers"
  it("comes to the same values in the same registers, and the same proposals, in all variants", async () => {
    const verdicts = { safe: 0, unsafe: 0 };
    await fc.assert(
      fc.asyncProperty(arbitraryScope(selection), async (scope) => {
        const plain = await outcomesOf(scope);
        for (const variant of OTHERS) {
          const { values, length } = await outcomesOf({ ...scope, variant });
          expect(values).toEqual(plain.values);
          expect(length === null).toBe(plain.length === null);
          if (variant === byRegister && length !== null) expect(length).toBeGreaterThanOrEqual(plain.length!);
        }
        verdicts[plain.length === null ? "safe" : "unsafe"]++;
      }),
      { numRuns: tries(12, 90), seed: 6 },
    );
    expect(Math.min(verdicts.safe, verdicts.unsafe)).toBeGreaterThan(0);
  });
});

/** What is decided depends on values alone, so nils are left out: what else there is, state by state. */
async function outcomesOf(scope: Scope): Promise<{ values: string; length: number | null }> {
  const model = registersModel(scope);
  const exploration = await explore(model);
  const values = new Set<number>();
  for (let state = 0; state < exploration.distinctStates; state++) {
    model.workspace.load(exploration.states.packed, state * model.workspace.words.length);
    values.add(valuesIn(model, scope));
  }
  return { values: Float64Array.from(values).sort().join(), length: lengthOf(exploration) };
}

/** Registers and proposals of the state as one number, a digit each. */
function valuesIn({ variables: { register, proposal } }: RegistersModel, { table, registerSets }: Scope): number {
  let digits = 0;
  for (const r of registerSets.keys()) {
    digits = 8 * digits + proposal.at(r);
    for (const s of table.servers.keys())
      digits = 8 * digits + (register.is(NIL, s, r) ? UNWRITTEN : register.at(s, r));
  }
  return digits;
}

describe("a table that is unsafe in five steps", () => {
  const table: QuorumTable = tableOf(2, [
    { sets: [0, 0], decide: [0b01] },
    { sets: [1, 1], decide: [0b10], prepare: [0b01] },
    { sets: [2, 2], decide: [0b10], prepare: [0b10] },
  ]);

  it.each([
    { variant: PLAIN, steps: 5 },
    { variant: byRegister, steps: 6 },
    { variant: freezingWrites, steps: 5 },
    { variant: both, steps: 6 },
  ])("$variant: $steps", async ({ variant, steps }) => {
    const scope: Scope = { table, registerSets: [0, 1, 2], values: 2, clients: null, variant };
    expect(lengthOf(await explore(registersModel(scope)))).toBe(steps);
  });
});

describe("the reduced model", () => {
  it.each(SELECTIONS.slice(0, 3))("keeps the verdict where writes freeze below (%s)", async (selection) => {
    await fc.assert(
      fc.asyncProperty(arbitraryScope(selection), async (plain) => {
        const scope = { ...plain, variant: freezingWrites };
        const { shortestRun } = await quotientOf(scope, reducedRegistersModel(scope));
        expect(shortestRun === null).toBe(lengthOf(await explore(registersModel(scope))) === null);
      }),
      { numRuns: tries(4, 60), seed: 7 },
    );
  });
});

it("is refused by what knows plain steps only", () => {
  const scope = (variant: Variant) => ({ ...majorities(2, null), variant });
  expect(() => reducedRegistersModel(scope(byRegister))).toThrow(
    /not reduced; with whole rows the verdict is the same/,
  );
  expect(() => promelaOf(scope(byRegister))).toThrow(/Promela freezes whole rows only/);
  expect(() => messagesModel(scope(freezingWrites))).toThrow(
    /message model has no writes that freeze the registers below/,
  );
});
