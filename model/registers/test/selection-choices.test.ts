/**
 * What a client may propose for one input after one set of reads, against the oracle. Where inputs are free, a rule
 * that forgets the input shows nowhere: some other client proposes the same. So it is asked choice by choice.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { membersOf } from "../../../spec/server-set.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { tries } from "../../../spec/test/effort.js";
import { FIRST_VALUE, NIL, RegisterFacts, UNWRITTEN } from "../facts.js";
import { registersModel } from "../registers.js";
import { compressedRegisterSets, type Scope } from "../scope.js";
import { selectionRule } from "../selection.js";
import { choicesDumbly, type Register } from "./oracle.js";

const SELECTIONS = ["greatest", "eager", "strict", "decision-table"] as const;

const INPUTS = [
  { clients: null, values: 2 },
  { clients: null, values: 3 },
  { clients: 1, values: 2 },
  { clients: 2, values: 3 },
];

/** The model with these contents in its registers, all below the last set written or nil at half of the servers. */
function inState(scope: Scope, contents: readonly number[]) {
  const model = registersModel(scope);
  const { register, proposal } = model.variables;
  const rows = scope.table.servers.map((_, s) =>
    scope.registerSets.map((_, r): Register => {
      const draw = contents[(s * scope.registerSets.length + r) % contents.length]!;
      // Nil as often as each of two values; servers of even number hold something everywhere.
      const content = draw % (s % 2 === 0 ? 5 : 6);
      const held = content === 5 ? "unwritten" : content === 0 ? "nil" : content % scope.values;
      register.set(held === "unwritten" ? UNWRITTEN : held === "nil" ? NIL : FIRST_VALUE + held, s, r);
      return held;
    }),
  );
  model.workspace.commit();
  return { facts: new RegisterFacts(scope, { register, proposal }), rows };
}

/** All subsets of the servers that hold something in every set below r: who can have answered its client. */
function readableSets(rows: readonly (readonly Register[])[], r: number): number[] {
  const isPrepared = rows.map((row) => !row.slice(0, r).includes("unwritten"));
  return Array.from({ length: 2 ** rows.length }, (_, P) => P).filter((P) => membersOf(P).every((s) => isPrepared[s]));
}

describe.each(SELECTIONS)("selection %s", (selection) => {
  it("offers each client what the oracle offers, whatever it has heard and whatever its input", () => {
    const seen = { waits: 0, input: 0, read: 0, several: 0, allowed: 0, forbidden: 0 };
    fc.assert(
      fc.property(
        arbitraryTable({ servers: { min: 1, max: 4 }, ranges: { min: 1, max: 3 }, allocation: "any" }),
        fc.constantFrom(...INPUTS),
        fc.array(fc.nat(), { minLength: 17, maxLength: 17 }),
        (drawn, inputs, contents) => {
          const table = { ...drawn, selection };
          const scope: Scope = { table, registerSets: compressedRegisterSets(table).slice(0, 4), ...inputs };
          const { facts, rows } = inState(scope, contents);
          const { choices, isEnough, isReady, allows } = selectionRule(selection);
          for (const r of scope.registerSets.keys()) {
            const allowed = new Set<number>();
            let isSomebodyReady = false;
            for (const P of readableSets(rows, r)) {
              const isEnoughHere =
                selection === "decision-table" || facts.phase1[r]!.list().some((quorum) => (quorum & ~P) === 0);
              expect(isEnough(facts, P, r)).toBe(isEnoughHere);
              isSomebodyReady ||= isEnoughHere;
              for (let input = 0; input < scope.values; input++) {
                const expected = choicesDumbly(table, scope, rows, { P, r, input });
                const offered = choices(facts, P, r, input);
                expect(membersOf(offered)).toEqual(expected);
                if (isEnoughHere && facts.isInput(r, input)) for (const v of expected) allowed.add(v);
                if (expected.length === 0) seen.waits++;
                else if (expected.length > 1) seen.several++;
                else seen[expected[0] === input ? "input" : "read"]++;
              }
            }
            expect(isReady(facts, r)).toBe(isSomebodyReady);
            for (let v = 0; v < scope.values; v++) {
              // A client of r proposes only where one is ready: then the guard asks what is allowed.
              if (isSomebodyReady) expect(allows(facts, r, v)).toBe(allowed.has(v));
              seen[allowed.has(v) ? "allowed" : "forbidden"]++;
            }
          }
        },
      ),
      { numRuns: tries(70, 150), seed: 1 },
    );
    const { waits, ...always } = seen;
    expect(Math.min(...Object.values(always))).toBeGreaterThan(50);
    expect(waits > 50).toBe(selection === "strict" || selection === "decision-table");
  });
});
