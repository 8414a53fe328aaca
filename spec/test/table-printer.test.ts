import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Allocation, Elected, QuorumTable } from "../quorum-table.js";
import { phase2Quorums, writtenQuorums } from "../table-families.js";
import { parseTable } from "../table-file.js";
import { formatTable } from "../table-printer.js";
import { arbitraryTable } from "./arbitrary-table.js";

/** The table without the texts and positions of its quorums, which printing does not keep. */
function meaningOf(table: QuorumTable) {
  return {
    ...table,
    ranges: table.ranges.map((range) => ({
      first: range.first,
      last: range.last,
      decide: phase2Quorums(table, range.first),
      prepare: range.prepare && writtenQuorums(table, range.prepare),
      allocation: range.allocation.kind === "elected" ? electionOf(table, range.allocation) : range.allocation,
    })),
  };
}

const arbitraryName = fc
  .stringMatching(/^[\p{L}\p{N}_.-]{1,8}$/u)
  .filter((name) => !/^(all|any|majority|of|and|or|open|elected)$/.test(name));

/** Any table the format can express, with names that YAML would love to take for something else. */
const electionOf = (table: QuorumTable, { vote, elect }: Elected) => ({
  vote,
  elect: elect && writtenQuorums(table, elect),
});

const arbitraryNamedTable: fc.Arbitrary<QuorumTable> = fc
  .record({
    table: arbitraryTable({ servers: { min: 1, max: 6 }, ranges: { min: 1, max: 4 }, allocation: "elected" }),
    servers: fc.uniqueArray(
      fc.oneof(arbitraryName, fc.constantFrom("null", "true", "1", "-", "~1", "0x1F", "1e3", "no")),
      {
        minLength: 6,
        maxLength: 6,
      },
    ),
    clients: fc.uniqueArray(arbitraryName, { maxLength: 3 }),
    owners: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
  })
  .map(({ table, servers, clients, owners }) => ({
    ...table,
    servers: servers.map((name) => name.replace("~", "_")).slice(0, table.servers.length),
    clients,
    ranges: table.ranges.map((range, index) => {
      const client = clients[owners[index]! % 5];
      const allocation: Allocation = client === undefined ? range.allocation : { kind: "client", client };
      return { ...range, allocation };
    }),
  }));

describe("formatTable", () => {
  it("writes a file that parses back to an equal table", () => {
    fc.assert(
      fc.property(arbitraryNamedTable, (table) => {
        fc.pre(new Set(table.servers).size === table.servers.length);
        expect(meaningOf(parseTable(formatTable(table), "printed.yaml"))).toEqual(meaningOf(table));
      }),
    );
  });

  it("writes what a person would", () => {
    const text = [
      "name: two-ranges",
      "servers: [S0, S1]",
      "clients: [alice]",
      "registers:",
      "  - sets: 0",
      "    decide: [[S0], [S1]]",
      "    allocation: open",
      "  - sets: 1..",
      "    decide: [[S0, S1]]",
      "    prepare: [[S0]]",
      "    allocation: alice",
      "",
    ].join("\n");
    expect(formatTable(parseTable(text, "two-ranges.yaml"))).toBe(text);
  });
});
