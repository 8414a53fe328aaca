import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDecisionState, isTransition } from "../../../spec/decision-state.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { formatServers } from "../../../spec/server-set.js";
import { phase2Quorums } from "../../../spec/table-families.js";
import { DecisionTable } from "../decision-table.js";
import type { Written } from "../protocol.js";
import { type ReadsInOrder, readsAfter, readsInOrder, writtenOf } from "./random-reads.js";
import { entryOf } from "./selection-oracle.js";
import { allAboard, changing, family, grid, MAJORITIES, openFirst, tableOf, threeMajority } from "./tables.js";

/** One line for each run and quorum, as people would print it. */
const lines = (decisions: DecisionTable, { servers }: QuorumTable): string[] =>
  [...decisions.entries()].map(
    ({ first, last, quorum, knowledge }) =>
      `R${first}${first === last ? "" : `..${last}`} ${formatServers(quorum, servers)} ${formatDecisionState(knowledge)}`,
  );

const told = (table: QuorumTable, registerSet: number, ...replies: [server: number, ...written: Written[]][]) => {
  const decisions = new DecisionTable(table, registerSet);
  for (const [server, ...written] of replies) decisions.hear(server, written);
  return lines(decisions, table);
};

/** Every quorum of every register set below, in a fixed order. */
const everyEntry = ({ table, registerSet }: ReadsInOrder, entry: DecisionTable["entry"]) =>
  Array.from({ length: registerSet }, (_, k) => phase2Quorums(table, k).map((quorum) => entry(k, quorum))).flat();

const hearAll = ({ table, registerSet }: ReadsInOrder, arrivals: ReadsInOrder["arrivals"]) => {
  const decisions = new DecisionTable(table, registerSet);
  for (const { server, row } of arrivals) decisions.hear(server, writtenOf(row));
  return decisions;
};

describe("a decision table", () => {
  it("says after every reply what its definition says, set by set", () => {
    fc.assert(
      fc.property(readsInOrder("decision-table"), (run) => {
        const decisions = new DecisionTable(run.table, run.registerSet);
        for (let count = 0; count <= run.arrivals.length; count++) {
          if (count > 0) decisions.hear(run.arrivals[count - 1]!.server, writtenOf(run.arrivals[count - 1]!.row));
          const expected = everyEntry(run, (k, quorum) => entryOf(readsAfter(run, count), k, quorum));
          expect(everyEntry(run, (k, quorum) => decisions.entry(k, quorum))).toEqual(expected);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("lists every quorum of every set below exactly once, in the longest runs", () => {
    fc.assert(
      fc.property(readsInOrder("decision-table"), (run) => {
        const decisions = hearAll(run, run.arrivals);
        const listed = [...decisions.entries()];
        const expanded = Array.from({ length: run.registerSet }, (_, k) =>
          listed.filter(({ first, last }) => first <= k && k <= last),
        ).flat();
        expect(expanded.map(({ knowledge }) => knowledge)).toEqual(
          everyEntry(run, (k, quorum) => decisions.entry(k, quorum)),
        );
        // Where a run ends within a range, something changes.
        const states = (k: number) => phase2Quorums(run.table, k).map((quorum) => decisions.entry(k, quorum));
        for (const { last } of listed) {
          if (last === run.registerSet - 1 || run.table.ranges.some((range) => range.last === last)) continue;
          expect(states(last)).not.toEqual(states(last + 1));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("does not depend on the order of the replies, nor on duplicates", () => {
    const shuffled = readsInOrder("decision-table").chain((run) =>
      fc.tuple(
        fc.constant(run),
        fc.shuffledSubarray([...run.arrivals, ...run.arrivals], { minLength: 2 * run.arrivals.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([run, arrivals]) => {
        const [once, again] = [hearAll(run, run.arrivals), hearAll(run, arrivals)];
        expect([...again.entries()]).toEqual([...once.entries()]);
        for (const value of ["A", "B", "C", "D"]) expect(again.permits(value)).toBe(once.permits(value));
      }),
    );
  });

  it("only learns, except where two values were decided already", () => {
    let contradictions = 0;
    fc.assert(
      fc.property(readsInOrder("decision-table"), (run) => {
        const decisions = new DecisionTable(run.table, run.registerSet);
        let before = everyEntry(run, (k, quorum) => decisions.entry(k, quorum));
        for (const { server, row } of run.arrivals) {
          decisions.hear(server, writtenOf(row));
          const now = everyEntry(run, (k, quorum) => decisions.entry(k, quorum));
          before.forEach((entry, index) => {
            // A decided A, and then a B read above: no safe table leads there.
            const isContradiction = entry.state === "decided" && now[index]!.state === "none";
            if (isContradiction) contradictions++;
            else expect([entry, now[index], isTransition(entry, now[index]!)]).toEqual([entry, now[index], true]);
          });
          before = now;
        }
      }),
      { numRuns: 2000 },
    );
    expect(contradictions).toBeGreaterThan(0);
  });

  it("rejects what is not below its client's register set, and unknown servers", () => {
    const decisions = new DecisionTable(threeMajority, 2);
    expect(() => decisions.entry(2, 0b011)).toThrow(/register set 2 is not below R2/);
    expect(() => decisions.entry(-1, 0b011)).toThrow(RangeError);
    expect(() => decisions.hear(3, [])).toThrow(/no server has index 3/);
    expect(() => new DecisionTable(tableOf(3, [{ first: 0, last: 0, decide: MAJORITIES }]), 1)).toThrow(
      /has no register set 1/,
    );
  });
});

describe("decision tables worked out by hand", () => {
  it("Paxos: nothing read, a value read, a value decided", () => {
    expect(told(threeMajority, 2)).toEqual(["R0..1 {S0, S1} any", "R0..1 {S0, S2} any", "R0..1 {S1, S2} any"]);
    expect(told(threeMajority, 2, [0, [0, "A"]])).toEqual([
      "R0 {S0, S1} maybe A",
      "R0 {S0, S2} maybe A",
      "R0 {S1, S2} maybe A",
      "R1 {S0, S1} none",
      "R1 {S0, S2} none",
      "R1 {S1, S2} any",
    ]);
    expect(told(threeMajority, 2, [0, [0, "A"]], [1, [0, "A"]])).toEqual([
      "R0 {S0, S1} decided A",
      "R0 {S0, S2} maybe A",
      "R0 {S1, S2} maybe A",
      "R1 {S0, S1} none",
      "R1 {S0, S2} none",
      "R1 {S1, S2} none",
    ]);
  });

  it("Paxos: two values in different sets, and everything up to the lower one is out", () => {
    expect(told(threeMajority, 9, [0, [3, "A"]], [1, [6, "B"]])).toEqual([
      "R0..5 {S0, S1} none",
      "R0..5 {S0, S2} none",
      "R0..5 {S1, S2} none",
      "R6 {S0, S1} none",
      "R6 {S0, S2} none",
      "R6 {S1, S2} maybe B",
      "R7..8 {S0, S1} none",
      "R7..8 {S0, S2} none",
      "R7..8 {S1, S2} none",
    ]);
  });

  it("Fast Paxos after a collision A, A, B: only the quorum with the unheard server may have decided", () => {
    const fast = tableOf(4, [
      { first: 0, decide: family(0b0111, 0b1011, 0b1101, 0b1110), allocation: { kind: "open" } },
    ]);
    expect(told(fast, 1, [0, [0, "A"]], [1, [0, "A"]], [2, [0, "B"]])).toEqual([
      "R0 {S0, S1, S2} none",
      "R0 {S0, S1, S3} maybe A",
      "R0 {S0, S2, S3} none",
      "R0 {S1, S2, S3} none",
    ]);
  });

  it("an open set: values at other servers of the same set say nothing about a quorum, values above do", () => {
    const open = tableOf(4, [{ first: 0, decide: family(0b0011, 0b1100), allocation: { kind: "open" } }]);
    expect(told(open, 1, [0, [0, "A"]])).toEqual(["R0 {S0, S1} maybe A", "R0 {S2, S3} any"]);
    expect(told(open, 2, [0, [1, "A"]])).toEqual([
      "R0 {S0, S1} none",
      "R0 {S2, S3} maybe A",
      "R1 {S0, S1} maybe A",
      "R1 {S2, S3} any",
    ]);
  });

  it("decided, unless a second value bears on the quorum: none goes first", () => {
    expect(told(threeMajority, 1, [0, [0, "A"]], [1, [0, "A"]])[0]).toBe("R0 {S0, S1} decided A");
    expect(told(threeMajority, 2, [0, [0, "A"]], [1, [0, "A"]], [2, [1, "B"]])[0]).toBe("R0..1 {S0, S1} none");
  });

  it("runs of sets as long as the range, however many sets there are", () => {
    expect(told(allAboard, 2 ** 48 - 1, [1, [2 ** 40, "A"]])).toEqual([
      "R0..9 {S0, S1, S2} none",
      `R10..${2 ** 40 - 1} {S0, S1} none`,
      `R10..${2 ** 40 - 1} {S0, S2} maybe A`,
      `R10..${2 ** 40 - 1} {S1, S2} none`,
      `R${2 ** 40} {S0, S1} maybe A`,
      `R${2 ** 40} {S0, S2} maybe A`,
      `R${2 ** 40} {S1, S2} maybe A`,
      `R${2 ** 40 + 1}..${2 ** 48 - 2} {S0, S1} none`,
      `R${2 ** 40 + 1}..${2 ** 48 - 2} {S0, S2} any`,
      `R${2 ** 40 + 1}..${2 ** 48 - 2} {S1, S2} none`,
    ]);
  });

  it("rows as long as servers keep them", () => {
    const row = Array.from({ length: 100_000 }, (_, k): Written => [k, "A"]);
    const decisions = new DecisionTable(threeMajority, 100_000);
    decisions.hear(0, row);
    decisions.hear(1, row);
    expect([decisions.permits("A"), decisions.permits("B")]).toEqual([true, false]);
    expect(lines(decisions, threeMajority)).toEqual([
      "R0..99999 {S0, S1} decided A",
      "R0..99999 {S0, S2} maybe A",
      "R0..99999 {S1, S2} maybe A",
    ]);
  });

  it.each(Object.entries({ threeMajority, allAboard, grid, changing, openFirst }))(
    "%s: nothing is below set 0",
    (_, table) => {
      expect(told(table, 0, [0])).toEqual([]);
      expect(new DecisionTable(table, 0).permits("anything")).toBe(true);
    },
  );
});
