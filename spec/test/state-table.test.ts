import { describe, expect, it } from "vitest";
import { holding, NIL, type Register, UNWRITTEN } from "../register.js";
import {
  agreementHolds,
  decidedValues,
  decidingQuorums,
  decisionsIn,
  nonTrivialityHolds,
  type StateTable,
} from "../state-table.js";
import { FOREVER, quorums, tableOf } from "./tables.js";

const table = tableOf(3, [
  { sets: [0, 4], decide: quorums("01", "12") },
  { sets: [5, FOREVER], decide: quorums("2") },
]);

const REGISTERS: Readonly<Record<string, Register>> = { ".": UNWRITTEN, "-": NIL, A: holding("A"), B: holding("B") };

/** Rows as text, one letter a server. */
const stateOf = (registerSets: readonly number[], ...rows: string[]): StateTable => ({
  registerSets,
  rows: rows.map((row) => Array.from(row, (letter) => REGISTERS[letter]!)),
});

describe("what is decided in a state table", () => {
  it.each([
    { state: stateOf([0], "AA."), decisions: ["R0 {0,1} A"], because: "one quorum holds A" },
    { state: stateOf([0], "AAA"), decisions: ["R0 {0,1} A", "R0 {1,2} A"], because: "both do" },
    { state: stateOf([0], "ABA"), decisions: [], because: "no quorum holds one value" },
    { state: stateOf([0], "A.A"), decisions: [], because: "{S0, S2} is no quorum" },
    { state: stateOf([0], "--."), decisions: [], because: "nil is no value" },
    { state: stateOf([0], "..."), decisions: [], because: "unwritten is no value" },
    { state: stateOf([5], "..B"), decisions: ["R5 {2} B"], because: "each set has its own quorums" },
    { state: stateOf([0, 9], "AA.", "..B"), decisions: ["R0 {0,1} A", "R9 {2} B"], because: "two sets may decide" },
  ])("$decisions: $because", ({ state, decisions }) => {
    const found = decisionsIn(table, state).flatMap((decision) =>
      decidingQuorums(table, decision)
        .list()
        .map((quorum) => {
          const members = [0, 1, 2].filter((server) => (quorum >>> server) & 1);
          return `R${decision.registerSet} {${members.join()}} ${decision.value}`;
        }),
    );
    expect(found).toEqual(decisions);
    const values = new Set(decisions.map((decision) => decision.at(-1)));
    expect(decidedValues(table, state)).toEqual([...values]);
    expect(agreementHolds(table, state)).toBe(values.size <= 1);
  });

  it("is trivial unless it was an input", () => {
    expect(nonTrivialityHolds([], new Set())).toBe(true);
    expect(nonTrivialityHolds(["A"], new Set(["A", "B"]))).toBe(true);
    expect(nonTrivialityHolds(["A", "C"], new Set(["A", "B"]))).toBe(false);
  });
});
