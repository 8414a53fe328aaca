/** Servers in no quorum are left out, and nothing else changes: the same quorums, by name. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { idleServers, withoutIdleServers } from "../idle-servers.js";
import { phase1Quorums, phase2Quorums, type QuorumTable } from "../quorum-table.js";
import { formatServers } from "../server-set.js";
import { parseTable } from "../table-file.js";
import { arbitraryTable } from "./arbitrary-table.js";

const withSpares = `
servers: [spare, a, b, idle, c]
groups: { these: [a, b, c, idle] }
registers:
  - { sets: 0, decide: { weights: { a: 2, b: 1, c: 1, spare: 0 }, threshold: 3 } }
  - { sets: 1.., decide: [[a, b], [a, b, idle], [c, a]], prepare: a or (a and spare) }
`;

/** The quorums of the first two sets, by the servers' names. */
function quorumsOf(table: QuorumTable): string[][] {
  const { last } = table.ranges.at(-1)!;
  return [0, Math.min(1, last)].flatMap((set) =>
    [phase1Quorums(table, set), phase2Quorums(table, set)].map((quorums) =>
      quorums.map((quorum) => formatServers(quorum, table.servers)).sort(),
    ),
  );
}

describe("a table without its idle servers", () => {
  const table = parseTable(withSpares, "t");

  it("has the servers that are in some minimal quorum, in their order", () => {
    expect(idleServers(table)).toEqual(["spare", "idle"]);
    expect(withoutIdleServers(table).servers).toEqual(["a", "b", "c"]);
  });

  it("has the same quorums and groups", () => {
    const busy = withoutIdleServers(table);
    expect(quorumsOf(busy)).toEqual(quorumsOf(table));
    expect(quorumsOf(busy)).toContainEqual(["{a, b}", "{a, c}"]);
    expect(busy.groups).toEqual([{ name: "these", members: 0b111 }]);
  });

  it("is the table itself where every server is in a quorum", () => {
    const whole = parseTable("{servers: [a, b], registers: [{sets: 0.., decide: all}]}", "t");
    expect(withoutIdleServers(whole)).toBe(whole);
  });

  it("has the same quorums, whatever the table", () => {
    fc.assert(
      fc.property(
        arbitraryTable({ servers: { min: 2, max: 5 }, ranges: { min: 1, max: 2 }, allocation: "any" }),
        (table) => {
          const busy = withoutIdleServers(table);
          expect(quorumsOf(busy)).toEqual(quorumsOf(table));
          expect(idleServers(busy)).toEqual([]);
        },
      ),
    );
  });
});
