import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type QuorumTable, rangeOf, type Selection } from "../quorum-table.js";
import { judgeF1 } from "../rules/f1.js";
import { judgeF2 } from "../rules/f2.js";
import { judgeG1 } from "../rules/g1.js";
import { judgeRules } from "../rules/judge.js";
import { areSafe, type Finding, type Need, type RuleJudgement } from "../rules/judgement.js";
import { judgePQ } from "../rules/pq.js";
import { formatServers } from "../server-set.js";
import { formatPosition } from "../source-position.js";
import { isShared, phase1Quorums, phase2Quorums } from "../table-families.js";
import { arbitraryTable } from "./arbitrary-table.js";
import { FOREVER, quorums, tableOf } from "./tables.js";

const majorityOf3 = quorums("01", "02", "12");
const anyOneOf3 = quorums("0", "1", "2");

/** A witness as lines a person can check, e.g. `phase 2 of R0: {S0} at by-hand.yaml:4:14`. */
function witnessOf(table: QuorumTable, judgement: Finding): string[] | null {
  expect(judgement.holds).toBe(judgement.witness === null);
  return (
    judgement.witness?.quorums.map(
      ({ phase, registerSet, quorum, at }) =>
        `phase ${phase} of R${registerSet}: ${formatServers(quorum, table.servers)} at ${formatPosition(at)}`,
    ) ?? null
  );
}

describe("PQ", () => {
  it("holds for majorities in both phases", () => {
    expect(judgePQ(tableOf(3, [{ sets: [0, FOREVER], decide: majorityOf3, prepare: majorityOf3 }])).holds).toBe(true);
  });

  it("holds by construction where phase 1 is derived", () => {
    fc.assert(
      fc.property(arbitraryTable(), (table) => {
        const derived = { ...table, ranges: table.ranges.map((range) => ({ ...range, prepare: null })) };
        expect(judgePQ(derived).holds).toBe(true);
      }),
    );
  });

  it("names the lowest pair of register sets, the lower one first, and the smallest quorums", () => {
    const table = tableOf(3, [{ sets: [0, FOREVER], decide: majorityOf3, prepare: anyOneOf3 }]);
    expect(witnessOf(table, judgePQ(table))).toEqual([
      "phase 2 of R0: {S1, S2} at by-hand.yaml:4:14",
      "phase 1 of R1: {S0} at by-hand.yaml:5:14",
    ]);
  });

  it("judges two sets of one range against each other, but set 0 needs no phase 1", () => {
    const disjoint = { decide: quorums("0"), prepare: quorums("1") };
    expect(judgePQ(tableOf(2, [{ sets: [0, 0], ...disjoint }])).holds).toBe(true);
    expect(judgePQ(tableOf(2, [{ sets: [0, 1], ...disjoint }])).holds).toBe(false);
  });

  it("finds the pair that first meets within a later range", () => {
    const table = tableOf(3, [
      { sets: [0, 9], decide: quorums("012"), prepare: anyOneOf3 },
      { sets: [10, 10], decide: majorityOf3, prepare: anyOneOf3 },
      { sets: [11, FOREVER], decide: majorityOf3, prepare: anyOneOf3 },
    ]);
    expect(witnessOf(table, judgePQ(table))).toEqual([
      "phase 2 of R10: {S1, S2} at by-hand.yaml:7:14",
      "phase 1 of R11: {S0} at by-hand.yaml:11:14",
    ]);
  });

  it("judges as all pairs among the first nine register sets do", () => {
    fc.assert(
      fc.property(arbitraryTable({ allocation: "any" }), (table) => {
        const failing = pairsByHand(table, (r, lower) =>
          phase1Quorums(table, r).some((p) => phase2Quorums(table, lower).some((q) => (p & q) === 0)),
        );
        const judgement = judgePQ(table);
        expect(judgement.holds).toBe(failing.length === 0);
        expect(judgement.witness?.quorums.map(({ registerSet }) => registerSet) ?? []).toEqual(failing[0] ?? []);
      }),
      { numRuns: 500 },
    );
  });
});

describe("F1", () => {
  it("asks nothing of exclusive sets", () => {
    expect(judgeF1(tableOf(2, [{ sets: [0, FOREVER], decide: quorums("0", "1") }])).holds).toBe(true);
  });

  it("names two quorums of the lowest open set that share no server", () => {
    const table = tableOf(4, [
      { sets: [0, 3], decide: quorums("01", "23") },
      { sets: [4, FOREVER], decide: quorums("01", "12", "23"), open: true },
    ]);
    expect(witnessOf(table, judgeF1(table))).toEqual([
      "phase 2 of R4: {S0, S1} at by-hand.yaml:7:14",
      "phase 2 of R4: {S2, S3} at by-hand.yaml:7:14",
    ]);
  });
});

describe("F2", () => {
  // Fast Paxos with four servers: three of them decide, fast in R0.
  const threeOf4 = quorums("012", "013", "023", "123");
  const fast = (prepare: number[]) =>
    tableOf(
      4,
      [
        { sets: [0, 0], decide: threeOf4, open: true },
        { sets: [1, FOREVER], decide: threeOf4, prepare },
      ],
      { selection: "eager" },
    );

  it("holds when any three prepare", () => {
    expect(judgeF2(fast(threeOf4)).holds).toBe(true);
  });

  it("names the two open quorums and the phase-1 quorum that misses what they share", () => {
    const table = fast(quorums("03", "123"));
    expect(witnessOf(table, judgeF2(table))).toEqual([
      "phase 2 of R0: {S0, S1, S2} at by-hand.yaml:4:14",
      "phase 2 of R0: {S1, S2, S3} at by-hand.yaml:4:14",
      "phase 1 of R1: {S0, S3} at by-hand.yaml:8:14",
    ]);
  });

  it("judges as all pairs among the first nine register sets do", () => {
    fc.assert(
      fc.property(arbitraryTable({ allocation: "any" }), (table) => {
        const failing = pairsByHand(table, (r, lower) =>
          phase1Quorums(table, r).some((p) =>
            phase2Quorums(table, lower).some((q1) => phase2Quorums(table, lower).some((q2) => (p & q1 & q2) === 0)),
          ),
        ).filter(([lower]) => isShared(table, lower));
        expect(judgeF2(table).holds).toBe(failing.length === 0);
      }),
    );
  });
});

describe("G1", () => {
  const openBelow = (decide: number[]) =>
    tableOf(3, [
      { sets: [0, 0], decide, open: true },
      { sets: [1, FOREVER], decide: majorityOf3, prepare: majorityOf3 },
    ]);

  it("holds where all servers decide the open set together", () => {
    expect(judgeG1(openBelow(quorums("012"))).holds).toBe(true);
  });

  it("names the quorum that leaves a server out, and who may hear that server", () => {
    const table = openBelow(quorums("01"));
    expect(witnessOf(table, judgeG1(table))).toEqual([
      "phase 2 of R0: {S0, S1} at by-hand.yaml:4:14",
      "phase 1 of R1: {S0, S1} at by-hand.yaml:8:14",
    ]);
  });

  it("asks nothing of an open set with none above it", () => {
    expect(judgeG1(tableOf(3, [{ sets: [0, 0], decide: majorityOf3, open: true }])).holds).toBe(true);
  });
});

describe("which rules apply", () => {
  const rulesOf = (table: QuorumTable) => judgeRules(table).map(({ rule }) => rule);
  const ranges = [
    { sets: [0, 0] as const, decide: majorityOf3, open: true },
    { sets: [1, FOREVER] as const, decide: majorityOf3 },
  ];

  it("is PQ alone for exclusive sets", () => {
    expect(rulesOf(tableOf(3, [{ sets: [0, FOREVER], decide: majorityOf3 }]))).toEqual(["PQ"]);
  });

  it("takes in F1 where a set is open, F2 where it lies below another, and G1 where clients do not weigh what they read there", () => {
    expect(rulesOf(tableOf(3, ranges))).toEqual(["PQ", "F1", "F2", "G1"]);
    expect(rulesOf(tableOf(3, ranges, { selection: "eager" }))).toEqual(["PQ", "F1", "F2"]);
    expect(rulesOf(tableOf(3, ranges.slice(0, 1), { selection: "eager" }))).toEqual(["PQ", "F1"]);
  });

  it("says what the selection needs each rule for", () => {
    const needsOf = (selection: Selection) =>
      judgeRules(tableOf(3, ranges, { selection })).map(({ rule, neededFor }) => `${rule} ${neededFor}`);
    expect(needsOf("greatest")).toEqual(["PQ safety", "F1 safety", "F2 safety", "G1 safety"]);
    expect(needsOf("eager")).toEqual(["PQ safety", "F1 safety", "F2 safety"]);
    expect(needsOf("strict")).toEqual(["PQ safety", "F1 safety", "F2 progress"]);
    expect(needsOf("decision-table")).toEqual(["PQ progress", "F1 safety", "F2 progress"]);
  });
});

describe("a table", () => {
  const finding = (holds: boolean, neededFor: Need): RuleJudgement => ({ rule: "PQ", holds, neededFor, witness: null });

  it.each([
    [[], true],
    [[finding(true, "safety")], true],
    [[finding(false, "safety")], false],
    [[finding(true, "progress")], true],
    [[finding(false, "progress")], true],
    [[finding(false, "progress"), finding(false, "safety")], false],
    [[finding(true, "safety"), finding(false, "progress")], true],
  ])("is safe iff no rule of safety is broken: %#", (judgements, safe) => {
    expect(areSafe(judgements)).toBe(safe);
  });

  it("is told by name which rules it breaks", () => {
    const table = tableOf(3, [
      { sets: [0, 0], decide: anyOneOf3, open: true },
      { sets: [1, FOREVER], decide: majorityOf3, prepare: anyOneOf3 },
    ]);
    const judgements = judgeRules(table);
    expect(judgements.filter(({ holds }) => !holds).map(({ rule }) => rule)).toEqual(["PQ", "F1", "F2", "G1"]);
  });
});

/** The pairs [lower, r] among the table's first nine sets for which the rule fails, by r, then by the lower set. */
function pairsByHand(table: QuorumTable, fails: (r: number, lower: number) => boolean): [number, number][] {
  const pairs: [number, number][] = [];
  for (let r = 0; r < 9; r++) for (let lower = 0; lower < r; lower++) pairs.push([lower, r]);
  return pairs.filter(([lower, r]) => rangeOf(table, r) !== undefined && fails(r, lower));
}
