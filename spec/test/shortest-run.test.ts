import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Selection } from "../quorum-table.js";
import { judgeRules } from "../rules/judge.js";
import { areSafe } from "../rules/judgement.js";
import { shortestViolatingRun } from "../violation/shortest-plan.js";
import { arbitraryTable } from "./arbitrary-table.js";
import { FOREVER, quorums, tableOf } from "./tables.js";

// That these lengths are what an explorer finds is tested where the explorer is: model/test.

describe("a direct run has 2 + |P ∪ P0| + |Q| + |Q'| steps", () => {
  it("5 for two servers that decide alone", () => {
    const table = tableOf(2, [
      { sets: [0, 0], decide: quorums("0") },
      { sets: [1, 1], decide: quorums("1"), prepare: quorums("1") },
    ]);
    expect(shortestViolatingRun(table)).toBe(5);
  });

  it("7 for three servers that decide by majority and prepare at any one", () => {
    const decide = quorums("01", "02", "12");
    expect(shortestViolatingRun(tableOf(3, [{ sets: [0, FOREVER], decide, prepare: quorums("0", "1", "2") }]))).toBe(7);
  });

  it("counts a server of P and P0 once", () => {
    const table = tableOf(3, [
      { sets: [0, 0], decide: quorums("012") },
      { sets: [1, 1], decide: quorums("01"), prepare: quorums("2") },
      { sets: [2, 2], decide: quorums("2"), prepare: quorums("2") },
    ]);
    expect(shortestViolatingRun(table)).toBe(2 + 1 + 2 + 1);
  });
});

describe("a run by relay", () => {
  // R1 decides with all four servers only. Its B, written at S0 alone, lets R2 decide B with one server: A in R0 is
  // at S0 too.
  const relayed = (top: number) =>
    tableOf(4, [
      { sets: [0, 0], decide: quorums("0") },
      { sets: [1, top - 1], decide: quorums("0123"), prepare: quorums("1") },
      { sets: [top, top], decide: quorums("1"), prepare: quorums("0") },
    ]);

  it("7 steps where the direct one has 8", () => {
    // propose A in R0, write it at S0, freeze S1, propose B in R1, write it at S0, propose B in R2, write it at S1
    expect(shortestViolatingRun(relayed(2))).toBe(7);
    expect(shortestViolatingRun(relayed(2), [0, 1])).toBe(8);
  });

  it("8 where a set between leaves the reader a register to freeze, if that set is explored", () => {
    expect(shortestViolatingRun(relayed(4), [0, 1, 4])).toBe(7);
    expect(shortestViolatingRun(relayed(4), [0, 1, 2, 3, 4])).toBe(8);
  });
});

describe("a scope that leaves out sets of the table", () => {
  // Written in R0 and R2 without a freeze, S0 has nothing unwritten below R3, unless R1 is explored as well.
  it("may hold a shorter run than the table itself", () => {
    const table = tableOf(5, [
      { sets: [0, 2], decide: quorums("0234"), prepare: quorums("1") },
      { sets: [3, 3], decide: quorums("1"), prepare: quorums("0") },
    ]);
    expect(shortestViolatingRun(table, [0, 2, 3])).toBe(10);
    expect(shortestViolatingRun(table, [0, 1, 2, 3])).toBe(11);
  });
});

describe("an open set with disjoint quorums takes 2 + |P0| + |Q1| + |Q2| steps", () => {
  it("4 in R0 for two servers that decide alone", () => {
    expect(shortestViolatingRun(tableOf(2, [{ sets: [0, 0], decide: quorums("0", "1"), open: true }]))).toBe(4);
  });

  it("and a phase 1 above R0", () => {
    const table = tableOf(4, [
      { sets: [0, 0], decide: quorums("0123") },
      { sets: [1, 1], decide: quorums("01", "23"), open: true },
    ]);
    expect(shortestViolatingRun(table)).toBe(2 + 1 + 2 + 2);
  });
});

it.each<Selection>(["greatest", "eager", "strict", "decision-table"])(
  "is null exactly where the rules of safety hold under %s",
  (selection) => {
    fc.assert(
      fc.property(arbitraryTable({ allocation: "any" }), (drawn) => {
        const table = { ...drawn, selection };
        expect(shortestViolatingRun(table) === null).toBe(areSafe(judgeRules(table)));
      }),
    );
  },
);
