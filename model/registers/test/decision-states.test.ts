/**
 * What a client knows of each lower quorum, by decision table, against the rule as the paper words it (Howard & Mortier
 * 2019, section 5).
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDecisionState } from "../../../spec/decision-state.js";
import { membersOf } from "../../../spec/server-set.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { decisionStateOf } from "../decision-state-of.js";
import { FIRST_VALUE, NIL, RegisterFacts, UNWRITTEN } from "../facts.js";
import { registersModel } from "../registers.js";
import { compressedRegisterSets, type Scope } from "../scope.js";
import { valueName } from "../values.js";

/** Contents of registers, s by r; only those of P below r are read. */
type Rows = readonly (readonly number[])[];

function expectedState(
  rows: Rows,
  open: readonly boolean[],
  { P, r, k, Q }: { P: number; r: number; k: number; Q: number },
): string {
  const read = membersOf(P);
  const ofQ = membersOf(Q);
  const held = (s: number, set: number): string | null => {
    const content = rows[s]![set]!;
    return content < FIRST_VALUE ? null : valueName(content - FIRST_VALUE);
  };
  // A server of Q that holds nil there will never hold a value.
  if (ofQ.some((s) => read.includes(s) && rows[s]![k] === NIL)) return "none";
  const values = new Set<string>();
  for (const s of read) {
    for (let set = k; set < r; set++) {
      const tellsOfQ = set > k || !open[k] || ofQ.includes(s);
      const value = held(s, set);
      if (tellsOfQ && value !== null) values.add(value);
    }
  }
  if (values.size === 0) return "any";
  if (values.size > 1) return "none";
  const [value] = values;
  return ofQ.every((s) => read.includes(s) && held(s, k) === value) ? `decided ${value}` : `maybe ${value}`;
}

describe("the decision table of a client", () => {
  it("says of every quorum what the paper says, whatever was read", () => {
    const seen = { any: 0, maybe: 0, decided: 0, none: 0 };
    fc.assert(
      fc.property(
        arbitraryTable({ servers: { min: 1, max: 4 }, ranges: { min: 1, max: 3 }, allocation: "any" }),
        fc.constantFrom(2, 3),
        fc.array(fc.nat(), { minLength: 19, maxLength: 19 }),
        (table, values, contents) => {
          const scope: Scope = {
            table,
            registerSets: compressedRegisterSets(table).slice(0, 4),
            values,
            clients: null,
          };
          const model = registersModel(scope);
          const { register, proposal } = model.variables;
          const rows = table.servers.map((_, s) =>
            scope.registerSets.map((_, r) => {
              const draw = contents[(s * scope.registerSets.length + r) % contents.length]!;
              return [UNWRITTEN, NIL, FIRST_VALUE, FIRST_VALUE, FIRST_VALUE + 1, FIRST_VALUE + values - 1][draw % 6]!;
            }),
          );
          for (const [s, row] of rows.entries()) for (const [r, content] of row.entries()) register.set(content, s, r);
          model.workspace.commit();
          const facts = new RegisterFacts(scope, { register, proposal });
          for (const r of scope.registerSets.keys()) {
            for (let P = 0; P < 2 ** table.servers.length; P++) {
              // Whoever answered a client of r holds something in every set below.
              if (membersOf(P).some((s) => rows[s]!.slice(0, r).includes(UNWRITTEN))) continue;
              for (let k = 0; k < r; k++) {
                for (const Q of facts.phase2[k]!.list()) {
                  const found = decisionStateOf(facts, P, r, k, Q);
                  expect(formatDecisionState(found)).toBe(expectedState(rows, facts.shared, { P, r, k, Q }));
                  seen[found.state]++;
                }
              }
            }
          }
        },
      ),
      { numRuns: 150, seed: 1 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
  });
});
