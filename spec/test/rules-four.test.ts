import { describe, expect, it } from "vitest";
import { holding, NIL, type Register, UNWRITTEN } from "../register.js";
import { currentDecision, newValue, previousDecisions, quorumAgreement } from "../rules/four-rules.js";
import type { StateTable } from "../state-table.js";
import { FOREVER, quorums, tableOf } from "./tables.js";

const majorityOf3 = quorums("01", "02", "12");
const paxos = tableOf(3, [{ sets: [0, FOREVER], decide: majorityOf3 }]);
const A = holding("A");
const B = holding("B");
const C = holding("C");
const D = holding("D");

describe("rule 1, quorum agreement", () => {
  const output = (readsByServer: Record<string, Register>) =>
    quorumAgreement(paxos, { output: "A", registerSet: 1, readsByServer: new Map(Object.entries(readsByServer)) });

  it.each([
    { readsByServer: { S0: A, S1: A }, obeyed: true, because: "a quorum holds A" },
    { readsByServer: { S0: A, S1: B, S2: A }, obeyed: true, because: "another quorum holds A" },
    { readsByServer: { S0: A }, obeyed: false, because: "one server is no quorum" },
    { readsByServer: { S0: A, S1: NIL, S2: UNWRITTEN }, obeyed: false, because: "nil and unwritten are not A" },
    { readsByServer: { S0: B, S1: B }, obeyed: false, because: "the quorum holds B" },
    { readsByServer: { S0: A, S9: A }, obeyed: false, because: "S9 is not in the table" },
  ])("$because", ({ readsByServer, obeyed }) => {
    expect(output(readsByServer as Record<string, Register>)).toBe(obeyed);
  });
});

describe("rule 2, new value", () => {
  it("allows the input and what was read, nothing else", () => {
    const read = new Set(["B"]);
    expect(newValue({ value: "A", input: "A", read })).toBe(true);
    expect(newValue({ value: "B", input: "A", read })).toBe(true);
    expect(newValue({ value: "C", input: "A", read })).toBe(false);
  });
});

describe("rule 3, current decision", () => {
  it("allows an exclusive set one value, however often it is proposed", () => {
    expect(currentDecision(paxos, 0, [])).toBe(true);
    expect(currentDecision(paxos, 0, ["A", "A"])).toBe(true);
    expect(currentDecision(paxos, 0, ["A", "B"])).toBe(false);
  });

  it("allows an open set several values where its quorums meet", () => {
    const open = (decide: number[]) => tableOf(3, [{ sets: [0, 0], decide, open: true }]);
    expect(currentDecision(open(majorityOf3), 0, ["A", "B"])).toBe(true);
    expect(currentDecision(open(quorums("0", "12")), 0, ["A", "B"])).toBe(false);
    expect(currentDecision(open(quorums("0", "12")), 0, ["A"])).toBe(true);
  });
});

describe("rule 4, previous decisions", () => {
  const R0 = (...row: Register[]): StateTable => ({
    registerSets: [0, 1],
    rows: [row, [UNWRITTEN, UNWRITTEN, UNWRITTEN]],
  });

  it.each([
    { state: R0(NIL, NIL, UNWRITTEN), obeyed: true, because: "nil at two servers is in every majority" },
    { state: R0(NIL, UNWRITTEN, UNWRITTEN), obeyed: false, because: "{S1, S2} may still decide anything" },
    { state: R0(A, A, A), obeyed: true, because: "A itself is decided" },
    { state: R0(A, NIL, UNWRITTEN), obeyed: true, because: "{S0, S2} can only decide A" },
    { state: R0(B, NIL, UNWRITTEN), obeyed: false, because: "{S0, S2} may still decide B" },
    { state: R0(A, B, UNWRITTEN), obeyed: false, because: "{S1, S2} may still decide B" },
    { state: R0(A, B, NIL), obeyed: true, because: "A and B block each other" },
    { state: R0(B, C, B), obeyed: false, because: "{S0, S2} has decided B" },
    { state: R0(B, C, D), obeyed: true, because: "of any two servers, each holds what the other does not" },
  ])("writing A to R1: $because", ({ state, obeyed }) => {
    expect(previousDecisions(paxos, state, 1, "A")).toBe(obeyed);
  });

  it("takes the one value in an exclusive set for the only one that can be decided there, but not in an open set", () => {
    const open = tableOf(3, [
      { sets: [0, 0], decide: majorityOf3, open: true },
      { sets: [1, FOREVER], decide: majorityOf3 },
    ]);
    const state = R0(A, UNWRITTEN, UNWRITTEN);
    expect(previousDecisions(paxos, state, 1, "A")).toBe(true);
    expect(previousDecisions(paxos, state, 1, "B")).toBe(false);
    expect(previousDecisions(open, state, 1, "A")).toBe(false);
  });

  it("asks nothing of R0, and does not look at the set itself", () => {
    expect(previousDecisions(paxos, R0(B, B, B), 0, "A")).toBe(true);
  });
});
