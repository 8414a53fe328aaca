/** What a table file may say beyond the plain forms, and what is sound in it but was hardly meant. */
import { describe, expect, it } from "vitest";
import { idleServers } from "../idle-servers.js";
import { phase2Quorums } from "../table-families.js";
import { parseTable, readTable } from "../table-file.js";

const file = (lines: readonly string[]) => lines.join("\n");

describe("weights", () => {
  const decided = (decide: string) =>
    phase2Quorums(
      parseTable(
        file([
          "servers: [S0, S1, S2, S3]",
          "groups: { pair: [S0, S1], heavy: { weights: { S2: 1, S3: 1 }, threshold: 1 } }",
          `registers: [{ sets: 0.., decide: ${decide} }]`,
        ]),
        "t",
      ),
      0,
    );

  it("of groups count where the group is satisfied", () => {
    // All of the pair, or S2 or S3.
    expect(decided("{ weights: { pair: 2, heavy: 2 }, threshold: 2 }")).toEqual([0b0100, 0b1000, 0b0011]);
    expect(decided("{ weights: { pair: 2, heavy: 1, S3: 1 }, threshold: 3 }")).toEqual([0b0111, 0b1011]);
  });

  it("have a majority: more than half of the weight", () => {
    expect(decided("{ weights: { S0: 2, S1: 1, S2: 1 }, threshold: majority }")).toEqual([0b0011, 0b0101]);
    expect(decided("{ weights: { S0: 3, S1: 1, S2: 1 }, threshold: majority }")).toEqual([0b0001]);
    expect(decided("{ weights: { S0: 1, S1: 1, S2: 1 }, threshold: majority }")).toEqual([0b0011, 0b0101, 0b0110]);
  });
});

it("servers may be called by host and port, in lists, expressions and weights", () => {
  const table = parseTable(
    file([
      "servers: [a:7100, b.example:7100, c:7100]",
      "registers:",
      "  - sets: 0",
      "    decide: a:7100 and b.example:7100 or 2 of (b.example:7100, c:7100)",
      "    prepare: { weights: { a:7100: 1, c:7100: 1 }, threshold: 2 }",
      "  - sets: 1..",
      "    decide: [[a:7100, c:7100]]",
    ]),
    "t",
  );
  expect(table.servers).toEqual(["a:7100", "b.example:7100", "c:7100"]);
  expect(phase2Quorums(table, 0)).toEqual([0b011, 0b110]);
  expect(phase2Quorums(table, 1)).toEqual([0b101]);
});

describe("reading a table", () => {
  it("says which groups no register set uses, also by way of other groups, and which servers are in no quorum", () => {
    const text = file([
      "servers: [S0, S1, S2, S3]",
      "groups:",
      "  inner: [S0, S1]",
      "  outer: any of inner",
      "  lonely: [S3]",
      "  lonelier: lonely and S2",
      "registers:",
      "  - sets: 0..",
      "    decide: outer",
    ]);
    const { table, unusedGroups } = readTable(text, "t");
    expect(table).toEqual(parseTable(text, "t"));
    expect(unusedGroups).toEqual([
      { name: "lonely", at: { file: "t", line: 5, column: 3 } },
      { name: "lonelier", at: { file: "t", line: 6, column: 3 } },
    ]);
    expect(idleServers(table)).toEqual(["S2", "S3"]);
  });

  it("counts weights of zero as idle, and who only prepares as busy", () => {
    const { table, unusedGroups } = readTable(
      file([
        "servers: [S0, S1, S2]",
        "groups: { one: [S0] }",
        "registers:",
        "  - { sets: 0.., decide: { weights: { one: 1, S2: 0 }, threshold: 1 }, prepare: S0 and S1 }",
      ]),
      "t",
    );
    expect(unusedGroups).toEqual([]);
    expect(idleServers(table)).toEqual(["S2"]);
  });
});
