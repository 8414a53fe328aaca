import { describe, expect, it } from "vitest";
import { listFormula } from "../../../spec/families/formula.js";
import type { Allocation, QuorumFamily, QuorumTable, RegisterRange, Selection } from "../../../spec/quorum-table.js";
import type { ServerSet } from "../../../spec/server-set.js";
import { exploreDumbly } from "./oracle.js";

// Tables are built by hand: the oracle must not lean on the reader of quorum table files.

const at = { file: "by-hand", line: 1, column: 1 };
const S0 = 0b001;
const S1 = 0b010;
const S2 = 0b100;

const family = (...quorums: ServerSet[]): QuorumFamily => ({ formula: listFormula(quorums), text: "by hand", at });
const majorityOf3 = family(S0 | S1, S0 | S2, S1 | S2);

function range(
  first: number,
  last: number,
  decide: QuorumFamily,
  prepare: QuorumFamily | null = null,
  allocation: Allocation["kind"] & ("round-robin" | "open") = "round-robin",
): RegisterRange {
  return { first, last, decide, prepare, allocation: { kind: allocation }, at };
}

const tableOf = (
  servers: readonly string[],
  ranges: readonly RegisterRange[],
  selection: Selection = "greatest",
): QuorumTable => ({ name: "by hand", servers, ranges, selection, clients: [] });

const FOREVER = Number.POSITIVE_INFINITY;
const majority = tableOf(["S0", "S1", "S2"], [range(0, FOREVER, majorityOf3)]);
const scope = (registerSets: number[], clients: number | null = null) => ({ registerSets, values: 2, clients });

describe("three servers, majorities, phase 1 derived: the reference counts", () => {
  it.each([
    { registerSets: [0, 1], clients: null, distinctStates: 558 },
    { registerSets: [0, 1, 2], clients: null, distinctStates: 10_123 },
    { registerSets: [0, 1], clients: 2, distinctStates: 251 },
    { registerSets: [0, 1, 2], clients: 2, distinctStates: 4_154 },
  ])("sets $registerSets, clients $clients: $distinctStates states", ({ registerSets, clients, distinctStates }) => {
    expect(exploreDumbly(majority, scope(registerSets, clients))).toMatchObject({
      distinctStates,
      shortestViolation: null,
    });
  });

  it("numbers the sets while exploring, whatever their real indices are", () => {
    expect(exploreDumbly(majority, scope([10, 11]))).toEqual(exploreDumbly(majority, scope([0, 1])));
  });
});

describe("R0 {{a}}, R1 {{b}} prepared at {a}, R2 {{b}} prepared at {b}", () => {
  const a = family(0b01);
  const b = family(0b10);
  const table = tableOf(["a", "b"], [range(0, 0, a), range(1, 1, b, a), range(2, 2, b, b)]);

  it("is unsafe in 5 steps when inputs are free", () => {
    const outcome = exploreDumbly(table, scope([0, 1, 2]));
    expect(outcome).toMatchObject({ shortestViolation: 5, decidedAtViolation: [0, 1] });
  });

  it("is not found unsafe with two fixed round-robin clients, because R0 and R2 then share one input", () => {
    expect(exploreDumbly(table, scope([0, 1, 2], 2)).shortestViolation).toBeNull();
  });
});

describe("one server that decides alone", () => {
  // By hand: proposal of R0 is none, A or B; with v proposed, R0 is unwritten, v or nil; without, unwritten or nil. R1
  // is proposed once R0 is not unwritten. 1 + 2 states have R0 unwritten; nil has 3 proposals of R0, each with R1 at
  // none, or A or B proposed, or A or B written: 15; value A (or B) has R1 at none, proposed or written: 6.
  it("has the 24 states that a person counts", () => {
    const outcome = exploreDumbly(tableOf(["S0"], [range(0, FOREVER, family(S0))]), scope([0, 1]));
    expect(outcome).toMatchObject({ distinctStates: 24, shortestViolation: null });
  });
});

describe("selection over an open set", () => {
  // Fast Paxos with 3 servers and 2-server fast quorums: F1 holds, F2 does not. The 8 steps: A and B proposed in R0, A
  // written at S0, B at S1; P = {S0, S1} lets A be proposed in R1; B written to R0 at S2; A written to R1 twice.
  const openThenMajority = (selection: Selection, fast: QuorumFamily) =>
    tableOf(["S0", "S1", "S2"], [range(0, 0, fast, null, "open"), range(1, FOREVER, majorityOf3)], selection);
  const all = family(S0 | S1 | S2);

  it.each([
    { selection: "greatest", decide: "majority", shortestViolation: 8 },
    { selection: "eager", decide: "majority", shortestViolation: 8 },
    { selection: "strict", decide: "majority", shortestViolation: null },
    { selection: "decision-table", decide: "majority", shortestViolation: null },
    { selection: "eager", decide: "all", shortestViolation: null },
    { selection: "strict", decide: "all", shortestViolation: null },
    { selection: "decision-table", decide: "all", shortestViolation: null },
  ] as const)(
    "$selection with $decide: violation in $shortestViolation",
    ({ selection, decide, shortestViolation }) => {
      const table = openThenMajority(selection, decide === "all" ? all : majorityOf3);
      expect(exploreDumbly(table, scope([0, 1])).shortestViolation).toBe(shortestViolation);
    },
  );
});

it("refuses more clients than there are inputs", () => {
  expect(() => exploreDumbly(majority, scope([0, 1], 3))).toThrow(RangeError);
});
