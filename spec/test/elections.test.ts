/** Elected register sets in a file: whose votes elect, and what E1 says of it. */
import { describe, expect, it } from "vitest";
import type { QuorumTable } from "../quorum-table.js";
import { judgeRules } from "../rules/judge.js";
import { areSafe } from "../rules/judgement.js";
import { namesOf } from "../server-set.js";
import { electionFamily, isShared, phase1Family } from "../table-families.js";
import { parseTable } from "../table-file.js";
import { shortestViolatingRun } from "../violation/shortest-plan.js";

const tableOf = (servers: number, ...ranges: string[]): QuorumTable => {
  const names = Array.from({ length: servers }, (_, server) => `S${server}`);
  return parseTable(
    `servers: [${names.join(", ")}]\nregisters:\n${ranges.map((range) => `  - { ${range}, allocation: elected }\n`).join("")}`,
    "elected.yaml",
  );
};

const shown = ({ servers }: QuorumTable, quorums: readonly number[]): string =>
  quorums.map((quorum) => namesOf(quorum, servers).join("")).join(" ");
const votesIn = (table: QuorumTable, set: number): string => shown(table, electionFamily(table, set).list());
const heardIn = (table: QuorumTable, set: number): string => shown(table, phase1Family(table, set).list());

describe("election quorums", () => {
  it("left out, are the phase-1 quorums as written, in set 0 as well", () => {
    const table = tableOf(3, "sets: 0.., decide: majority, prepare: '[[S0, S1], [S2]]'".replaceAll("'", ""));
    expect(votesIn(table, 0)).toBe("S2 S0S1");
    expect(heardIn(table, 0)).toBe("S2 S0S1");
    expect(votesIn(table, 1)).toBe("S2 S0S1");
  });

  it("left out where phase 1 is derived, are those of a set that follows in the same range", () => {
    const table = tableOf(3, "sets: 0, decide: any 1, vote: apart", "sets: 1.., decide: all, vote: apart");
    expect([votesIn(table, 0), heardIn(table, 0)]).toEqual(["S0S1S2", ""]);
    expect([votesIn(table, 1), heardIn(table, 1)]).toEqual(["S0S1S2", "S0S1S2"]);
  });

  it("are enough for phase 1 as well where votes are promises, and are not where they come apart", () => {
    const range = 'sets: 0.., decide: any 1, prepare: S0, elect: "S1 or S2"';
    expect(heardIn(tableOf(3, range), 1)).toBe("S0S1 S0S2");
    expect(votesIn(tableOf(3, range), 1)).toBe("S0S1 S0S2");
    expect(votesIn(tableOf(3, range), 0)).toBe("S1 S2");
    const apart = tableOf(3, `${range}, vote: apart`);
    expect([heardIn(apart, 1), votesIn(apart, 1)]).toEqual(["S0", "S1 S2"]);
  });

  it("are there for elected sets only", () => {
    const table = parseTable("servers: [S0]\nregisters: [{ sets: 0.., decide: all }]\n", "owned.yaml");
    expect(() => electionFamily(table, 0)).toThrow(new RangeError("nobody is elected in register set 0"));
  });
});

describe("E1", () => {
  it.each([
    { what: "majorities, as in Raft", servers: 3, range: "decide: majority", rules: "PQ E1", length: null },
    {
      what: "any 2 of 5 elect, any 4 decide",
      servers: 5,
      range: "decide: any 4, prepare: any 2",
      rules: "PQ !E1 F1 !F2 !G1",
      length: 4 + 2 + 4 + 1 + 2 + 1 + 4,
    },
    {
      what: "half of 4 elect",
      servers: 4,
      range: "decide: any 3, elect: any 2",
      rules: "PQ !E1 F1 !F2 !G1",
      length: 4 + 2 + 3 + 1 + 2 + 1 + 3,
    },
    // Two clients of a set can only keep each other from a decision.
    {
      what: "any 1 elects, all decide",
      servers: 3,
      range: "decide: all, prepare: any 1",
      rules: "PQ ~E1 F1 F2 G1",
      length: null,
    },
    {
      what: "any 1 elects and decides",
      servers: 2,
      range: "decide: any 1, elect: any 1, prepare: all, vote: apart",
      rules: "PQ !E1 !F1 !F2 !G1",
      length: 6,
    },
  ])("$what: $rules", ({ servers, range, rules, length }) => {
    const table = tableOf(servers, `sets: 0.., ${range}`);
    const judged = judgeRules(table);
    const mark = { safety: "!", progress: "~" };
    expect(judged.map(({ rule, holds, neededFor }) => `${holds ? "" : mark[neededFor]}${rule}`).join(" ")).toBe(rules);
    expect(areSafe(judged)).toBe(length === null);
    expect(shortestViolatingRun(table)).toBe(length);
    expect(isShared(table, 0)).toBe(rules.includes("F1"));
  });
});
