/** Observers, learners, arbiters and witnesses: whom quorums count, and what that makes of the rules. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listFormula } from "../families/formula.js";
import { normalForm } from "../normal-form.js";
import type { QuorumTable } from "../quorum-table.js";
import { isDecidedByWitnesses } from "../roles.js";
import { judgeRules } from "../rules/judge.js";
import { areSafe } from "../rules/judgement.js";
import { namesOf } from "../server-set.js";
import { electionFamily, phase1Family, phase2Family } from "../table-families.js";
import { parseTable } from "../table-file.js";
import { formatTable } from "../table-printer.js";
import { breachesOf } from "../violation/breaches.js";
import { arbitraryTable } from "./arbitrary-table.js";
import { tableOf } from "./tables.js";

const read = (...lines: string[]): QuorumTable => parseTable(lines.join("\n"), "roles.yaml");

const shown = (table: QuorumTable, set: number, phase = phase2Family): string =>
  phase(table, set)
    .list()
    .map((quorum) => namesOf(quorum, table.servers).join(""))
    .sort()
    .join(" ");

const rulesOf = (table: QuorumTable) =>
  judgeRules(table).map(({ rule, holds }) => `${rule} ${holds ? "holds" : "fails"}`);

describe("observers and learners", () => {
  const body = "registers: [{ sets: 0, decide: majority }, { sets: 1.., decide: all, prepare: any 1 }]";

  it("are no servers of the table: words count those that vote", () => {
    const table = read("servers: [o, a, b, p, c]", "observers: [o]", "learners: [p]", body);
    expect(table.servers).toEqual(["a", "b", "c"]);
    expect(table.observers).toEqual(["o", "p"]);
    expect([shown(table, 0), shown(table, 1), shown(table, 1, phase1Family)]).toEqual(["ab ac bc", "abc", "a b c"]);
    expect(normalForm(table)).toBe(normalForm(read("servers: [a, b, c]", body)));
  });

  it("do not count among the 31 servers that are possible", () => {
    const names = Array.from({ length: 40 }, (_, server) => `S${server}`);
    const table = read(
      `servers: [${names}]`,
      `observers: [${names.slice(3)}]`,
      "registers: [{ sets: 0.., decide: majority }]",
    );
    expect(table.servers).toHaveLength(3);
    expect(() =>
      read(`servers: [${names}]`, `observers: [${names.slice(32)}]`, "registers: [{ sets: 0.., decide: all }]"),
    ).toThrow("32 servers: at most 31 are possible");
  });

  it("of one range vote in others", () => {
    const table = read(
      "servers: [a, b, c, d]",
      "registers:",
      "  - { sets: 0, decide: majority, learners: [d] }",
      "  - { sets: 1, decide: majority, prepare: any 3, after: decided }",
      "  - { sets: 2.., decide: all, prepare: majority, observers: [a, b], after: decided }",
    );
    expect(table.servers).toEqual(["a", "b", "c", "d"]);
    expect([0, 1, 2].map((set) => shown(table, set))).toEqual(["ab ac bc", "abc abd acd bcd", "cd"]);
    expect([1, 2].map((set) => shown(table, set, phase1Family))).toEqual(["abc abd acd bcd", "cd"]);
  });
});

describe("arbiters", () => {
  const replicaSet = (decide: string, servers = "P, S, A", arbiters = "A") =>
    read(
      `servers: [${servers}]`,
      `arbiters: [${arbiters}]`,
      `registers: [{ sets: 0.., decide: ${decide}, elect: majority, prepare: majority, allocation: elected }]`,
    );

  it("elect and prepare, and are in no quorum that decides", () => {
    const table = replicaSet("majority");
    expect(shown(table, 0)).toBe("PS");
    expect(shown(table, 1, phase1Family)).toBe("PA PS SA");
    expect(shown(table, 1, electionFamily)).toBe("PA PS SA");
    expect(rulesOf(table)).toEqual(["PQ holds", "E1 holds"]);
    expect(rulesOf(replicaSet("any 1"))).toEqual(["PQ fails", "E1 holds"]);
    expect(shown(replicaSet("all"), 0)).toBe("PS");
  });

  // MongoDB manual, "Calculating Majority for Write Concern": the smaller of a majority of all voting members, arbiters
  // included, and the number of voting members that hold data.
  it.each([
    { servers: "P, S, A", arbiters: "A", voting: 3, holding: 2 },
    { servers: "P, S, T, A", arbiters: "A", voting: 4, holding: 3 },
    { servers: "P, S, T, A, B", arbiters: "A, B", voting: 5, holding: 3 },
    { servers: "P, S, A, B", arbiters: "A, B", voting: 4, holding: 2 },
    { servers: "P, S, T, U, A, B, C", arbiters: "A, B, C", voting: 7, holding: 4 },
    { servers: "P, A, B", arbiters: "A, B", voting: 3, holding: 1 },
  ])("a majority of $voting that vote, of $holding that hold values", ({ servers, arbiters, voting, holding }) => {
    const needed = Math.min(Math.floor(voting / 2) + 1, holding);
    const family = phase2Family(replicaSet("majority", servers, arbiters), 0);
    expect(family.smallest.toString(2).replaceAll("0", "")).toHaveLength(needed);
    expect(family.list()).toHaveLength(binomial(holding, needed));
  });

  it("leave G1 to those that hold values", () => {
    const open = (decide: string) =>
      read(
        "servers: [a, b, A]",
        "arbiters: [A]",
        `registers: [{ sets: 0.., decide: ${decide}, prepare: a, allocation: open }]`,
      );
    expect(rulesOf(open("a and b"))).toEqual(["PQ holds", "F1 holds", "F2 holds", "G1 holds"]);
    expect(rulesOf(open("a"))).toEqual(["PQ holds", "F1 holds", "F2 holds", "G1 fails"]);
    expect(breachesOf(open("a and b"), [0, 1])).toEqual([]);
    expect(breachesOf(open("a"), [0, 1])).toHaveLength(1);
  });

  it("tell nobody anything: without them phase 1 meets what it meets", () => {
    // S2 is the arbiter, so the last of at most three servers.
    const without = (set: number) => set & 0b011;
    fc.assert(
      fc.property(
        arbitraryTable({ servers: { min: 3, max: 3 }, ranges: { min: 1, max: 2 }, allocation: "any" }),
        (drawn) => {
          const lists = drawn.ranges.map(({ decide, prepare }) => [decide, prepare].map((family) => listed(family)));
          if (lists.some((both) => both.some((list) => list?.some((quorum) => without(quorum) === 0)))) return;
          const tables = [(set: number) => set, without].map(
            (preparing): QuorumTable => ({
              ...drawn,
              arbiters: 0b100,
              ranges: drawn.ranges.map((range, index) => ({
                ...range,
                decide: { ...range.decide, formula: listFormula(lists[index]![0]!.map(without)) },
                prepare: range.prepare && { ...range.prepare, formula: listFormula(lists[index]![1]!.map(preparing)) },
              })),
            }),
          );
          expect(rulesOf(tables[0]!)).toEqual(rulesOf(tables[1]!));
        },
      ),
      { numRuns: 150 },
    );
  });
});

const listed = (family: QuorumTable["ranges"][number]["prepare"]) =>
  family?.formula.kind === "list" ? family.formula.quorums : null;

const binomial = (n: number, k: number): number => (k === 0 ? 1 : (n * binomial(n - 1, k - 1)) / k);

describe("witnesses", () => {
  const regions = (decide: string) =>
    read("servers: [e, c, w, x]", "witnesses: [w, x]", `registers: [{ sets: 0.., decide: ${decide} }]`);

  it("count as servers do, in every quorum", () => {
    expect(shown(regions("any 2"), 0)).toBe("cw cx ec ew ex wx");
    expect(areSafe(judgeRules(regions("any 2")))).toBe(true);
    expect(normalForm(regions("any 2"))).toBe(normalForm({ ...regions("any 2"), witnesses: 0 }));
  });

  it("may decide by themselves, which is told of", () => {
    expect(isDecidedByWitnesses(regions("any 2"), 0)).toBe(true);
    expect(isDecidedByWitnesses(regions("any 3"), 0)).toBe(false);
    expect(isDecidedByWitnesses(tableOf(2, [{ sets: [0, 0], decide: [1] }]), 0)).toBe(false);
  });
});

it("are written and read again", () => {
  const table = read(
    "servers: [a, b, o, A, w]",
    "observers: [o]",
    "arbiters: [A]",
    "witnesses: [w]",
    "registers: [{ sets: 0.., decide: majority, elect: majority, allocation: elected }]",
  );
  const again = parseTable(formatTable(table), "roles.yaml");
  expect(again).toMatchObject({ servers: table.servers, observers: ["o"], arbiters: 0b0100, witnesses: 0b1000 });
  expect(normalForm(again)).toBe(normalForm(table));
  expect(normalForm({ ...table, arbiters: 0 })).not.toBe(normalForm(table));
});
