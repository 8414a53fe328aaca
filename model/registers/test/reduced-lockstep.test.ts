/**
 * The reduced register model beside the whole one, step by step: the same run decides the same values, and what can be
 * done next is the same but for what the reduction leaves out on purpose. Here that is said a second time, from the
 * run's own history.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasOwner } from "../../../spec/quorum-table.js";
import { contains } from "../../../spec/server-set.js";
import { phase2Quorums } from "../../../spec/table-families.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { quorums, tableOf } from "../../../spec/test/tables.js";
import { actionInstanceOf, Walk } from "../../kernel/index.js";
import { quotientOf } from "../../symmetry/test/symmetry-explorer.js";
import { FIRST_VALUE } from "../facts.js";
import { reducedRegistersModel } from "../reduced.js";
import { type RegistersModel, registersModel } from "../registers.js";
import { compressedRegisterSets, type Scope } from "../scope.js";

/** The values decided in the state at work in explored sets below `end`, ascending. */
function decidedBelow(end: number, { variables: { register } }: RegistersModel, scope: Scope): number[] {
  const values = Array.from({ length: scope.values }, (_, v) => v);
  const holders = (r: number, v: number): number =>
    scope.table.servers.reduce((set, _, s) => (register.at(s, r) === FIRST_VALUE + v ? set | (1 << s) : set), 0);
  return values.filter((v) =>
    scope.registerSets
      .slice(0, end)
      .some((real, r) => phase2Quorums(scope.table, real).some((quorum) => contains(holders(r, v), quorum))),
  );
}

/**
 * Whether the reduction keeps this step, enabled in the whole model, after a run that has proposed in sets up to
 * `current`.
 */
function isKept(whole: RegistersModel, scope: Scope, step: number, current: number): boolean {
  const { action, parameters } = actionInstanceOf(whole.actions, step);
  const { registerSet: r, value: v } = parameters as { registerSet: number; value: number };
  if (action === "freeze") return r > current;
  if (action === "write") return r === current;
  if (r < current) return false;
  const decided = decidedBelow(r, whole, scope);
  if (decided.length > 0) return !decided.includes(v);
  return r < scope.registerSets.length - 1 || !hasOwner(scope.table, scope.registerSets[r]!);
}

interface Seen {
  /**
   * Proposals above a set in which a value was decided, and above one in which a value was written and none decided.
   */
  overDecision: number;
  overValue: number;
}

/** A write half of the time where there is one: nothing is decided without. */
function chosen(model: RegistersModel, steps: readonly number[], choice: number): number {
  const writes = steps.filter((step) => actionInstanceOf(model.actions, step).action === "write");
  const among = choice % 2 === 0 && writes.length > 0 ? writes : steps;
  return among[(choice >>> 1) % among.length]!;
}

function walkSideBySide(scope: Scope, choices: readonly number[], seen: Seen): void {
  const [whole, reduced] = [registersModel(scope), reducedRegistersModel(scope)];
  const [wholeWalk, reducedWalk] = [new Walk(whole), new Walk(reduced)];
  const sets = scope.registerSets.length;
  let current = -1;
  for (const choice of choices) {
    const kept = wholeWalk.enabledSteps().filter((step) => isKept(whole, scope, step, current));
    expect(reducedWalk.enabledSteps()).toEqual(kept);
    if (kept.length === 0) return;
    const step = chosen(whole, kept, choice);
    const { action, parameters } = actionInstanceOf(whole.actions, step);
    if (action === "propose" && parameters.registerSet! > current) {
      if (decidedBelow(sets, whole, scope).length > 0) seen.overDecision++;
      else if (current >= 0) seen.overValue++;
      current = parameters.registerSet!;
    }
    wholeWalk.take(step);
    reducedWalk.take(step);
    expect(decidedBelow(sets, reduced, scope)).toEqual(decidedBelow(sets, whole, scope));
  }
}

describe("a run of the reduced register model", () => {
  it.each(["greatest", "eager", "strict"] as const)(
    "decides what the same run of the whole one decides, and goes on as far (%s)",
    (selection) => {
      const seen: Seen = { overDecision: 0, overValue: 0 };
      fc.assert(
        fc.property(
          arbitraryTable({ servers: { min: 1, max: 4 }, ranges: { min: 1, max: 3 }, allocation: "any" }),
          fc.constantFrom({ clients: null, values: 2 }, { clients: 2, values: 2 }, { clients: null, values: 3 }),
          fc.constantFrom(false, true),
          fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
          (table, inputs, writesFreezeBelow, choices) => {
            const registerSets = compressedRegisterSets(table).slice(0, 4);
            const variant = { freezes: "row", writesFreezeBelow } as const;
            walkSideBySide({ table: { ...table, selection }, registerSets, ...inputs, variant }, choices, seen);
          },
        ),
        { numRuns: 300, seed: 1 },
      );
      expect(Math.min(seen.overDecision, seen.overValue)).toBeGreaterThan(20);
    },
  );
});

describe("a relay through a server that decided", () => {
  // A is decided in R0 at S0 alone. B, written to R1 at S0 too, is read there by R2, which decides it at S1: 7 steps.
  // Whoever forgets R0 at S0 meanwhile, since S0 holds B above it, finds only the direct run of 8: B at all four
  // servers in R1.
  it("is found by the reduction, in as few steps", async () => {
    const table = tableOf(4, [
      { sets: [0, 0], decide: quorums("0") },
      { sets: [1, 1], decide: quorums("0123"), prepare: quorums("1") },
      { sets: [2, 2], decide: quorums("1"), prepare: quorums("0") },
    ]);
    const scope: Scope = { table, registerSets: [0, 1, 2], values: 2, clients: null };
    expect((await quotientOf(scope)).shortestRun).toHaveLength(7);
    expect((await quotientOf(scope, reducedRegistersModel(scope))).shortestRun).toHaveLength(7);
  });
});
