/**
 * Runs of the register model in the words of spec: each step, applied on paper (spec/run.ts), gives the table that the
 * model has.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyStep, emptyStateTable, stateAfter } from "../../../spec/run.js";
import { decisionsIn } from "../../../spec/state-table.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { FOREVER, quorums, tableOf } from "../../../spec/test/tables.js";
import { formatStep, type Step } from "../../../spec/trace.js";
import { Walk } from "../../kernel/index.js";
import { RegisterFacts } from "../facts.js";
import { registerOf, stateTableOf, stepOf } from "../reading.js";
import { registersModel } from "../registers.js";
import { compressedRegisterSets, type Scope } from "../scope.js";
import { VALUES_MAX, valueName } from "../values.js";

const VARIANTS = (["row", "register"] as const).flatMap((freezes) =>
  [false, true].map((writesFreezeBelow) => ({ freezes, writesFreezeBelow })),
);

describe.each(VARIANTS)("a run with freezes of a $freezes, writes that freeze below: $writesFreezeBelow", (variant) => {
  it("reads as steps that lead to the same registers on paper, and to the same decisions", () => {
    const taken = new Map<Step["action"], number>();
    fc.assert(
      fc.property(
        arbitraryTable({ servers: { min: 1, max: 4 }, ranges: { min: 1, max: 3 }, allocation: "any" }),
        fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
        (table, choices) => {
          const registerSets = compressedRegisterSets(table);
          const scope: Scope = { table, registerSets, values: 2, clients: null, variant };
          const model = registersModel(scope);
          const facts = new RegisterFacts(scope, model.variables);
          const walk = new Walk(model);
          const trace: Step[] = [];
          let paper = emptyStateTable(table.servers, registerSets);
          for (const choice of choices) {
            const enabled = walk.enabledSteps();
            if (enabled.length === 0) break;
            const number = enabled[choice % enabled.length]!;
            const step = stepOf(model, scope, number);
            walk.take(number);
            trace.push(step);
            paper = applyStep(table.servers, paper, step);
            expect(stateTableOf(model, scope)).toEqual(paper);
            for (const [r, real] of registerSets.entries()) {
              for (const v of [0, 1]) {
                const isDecided = decisionsIn(table, paper).some(
                  (decision) => decision.registerSet === real && decision.value === valueName(v),
                );
                expect(facts.isDecidedIn(r, v)).toBe(isDecided);
              }
            }
            taken.set(step.action, (taken.get(step.action) ?? 0) + 1);
          }
          expect(stateAfter(table.servers, registerSets, trace)).toEqual(paper);
        },
      ),
      { numRuns: 40, seed: 1 },
    );
    const freeze = variant.freezes === "row" ? "freeze" : "freeze register";
    expect([...taken.keys()].sort()).toEqual([freeze, "propose", "write"].sort());
    expect(Math.min(...taken.values())).toBeGreaterThan(20);
  });
});

describe("a step of the model", () => {
  const table = tableOf(2, [{ sets: [0, FOREVER], decide: quorums("0") }]);

  it.each([
    [
      { freezes: "row", writesFreezeBelow: false } as const,
      ["propose B in R10", "write A to R0 at S0", "write B to R10 at S1", "freeze R0..R9 at S1"],
    ],
    [
      { freezes: "register", writesFreezeBelow: true } as const,
      ["propose B in R10", "write A to R0 at S0", "write B to R10 at S1, freezing R0..R9", "freeze R10 at S1"],
    ],
  ])("is told by real register sets: %o", (variant, lines) => {
    const scope: Scope = { table, registerSets: [0, 10], values: 2, clients: null, variant };
    const model = registersModel(scope);
    const steps = Array.from({ length: 4 + 4 + 8 }, (_, number) => formatStep(stepOf(model, scope, number)));
    // The last proposal, the first and the last write, the last freeze.
    expect([steps[3], steps[4], steps[11], steps[15]]).toEqual(lines);
    expect(() => stepOf(model, scope, 16)).toThrow(new RangeError("there are steps 0 to 15 and no step 16"));
  });

  it("of an action that the register model does not have is refused", () => {
    const scope: Scope = { table, registerSets: [0], values: 2, clients: null };
    const model = registersModel(scope);
    const foreign = { ...model, actions: model.actions.map((action) => ({ ...action, name: "leap" })) };
    expect(() => stepOf(foreign, scope, 0)).toThrow(new RangeError("the register model has no action leap"));
  });
});

it("values are letters, as many as there are", () => {
  expect(Array.from({ length: VALUES_MAX }, (_, value) => valueName(value)).join("")).toBe(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  );
  expect([0, 1, 2, 27].map(registerOf)).toEqual([
    { state: "unwritten" },
    { state: "nil" },
    { state: "value", value: "A" },
    { state: "value", value: "Z" },
  ]);
});
