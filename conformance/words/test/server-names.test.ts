import { describe, expect, it } from "vitest";
import { stateAfter } from "../../../spec/run.js";
import { allServers } from "../../../spec/server-set.js";
import { parseTable } from "../../../spec/table-file.js";
import type { Trace } from "../../../spec/trace.js";
import { renderDecisions } from "../../report/pieces/state-picture.js";
import { renderSteps } from "../../report/pieces/steps.js";
import { paintFor, widePaint } from "../../shell/terminal.js";
import { nameServers, serverBlocks } from "../server-names.js";

const members = (letter: string): string => `[${[0, 1, 2, 3, 4].map((server) => `${letter}${server}`).join(", ")}]`;
const table = parseTable(
  `servers: [${["a", "b", "c"].flatMap((l) => [0, 1, 2, 3, 4].map((s) => `${l}${s}`)).join(", ")}]
groups: { east: ${members("a")}, west: ${members("b")}, both: [a0, b0], north: "3 of (c0, c1, c2, c3, c4)" }
registers: [{ sets: 0.., decide: [[a3, a4, b0, b1, b2, b3, b4, c0]], prepare: all }]
`,
  "groups.yaml",
);
const ungrouped = { servers: table.servers };

describe("servers are named", () => {
  it.each([
    ["a few of them one by one", 0b01111, false, "{a0, a1, a2, a3}"],
    ["many by group", 0b00111_00111, false, "{3 of east, 3 of west}"],
    ["whole groups as such", 0b00001_11111, false, "{all of east, 1 of west}"],
    ["one by one where a list of servers does not cover them", 0b00001_11111_00000, false, "{b0, b1, b2, b3, b4, c0}"],
    ["one by one where that is asked for", 0b00111_00111, true, "{a0, a1, a2, b0, b1, b2}"],
  ])("%s", (_, set, wide, text) => {
    expect(nameServers(set, table, wide)).toBe(text);
  });

  it("the first of very many, where there are no groups", () => {
    expect(nameServers(allServers(8), ungrouped)).toBe("{a0, a1, a2, a3, a4, b0, b1, b2}");
    expect(nameServers(allServers(9), ungrouped)).toBe("{a0, a1, a2, … 9 servers}");
  });
});

describe("blocks of servers", () => {
  it("are one where all fit, else groups, joined where they fit side by side", () => {
    const sizes = (columns: number, of: Parameters<typeof serverBlocks>[0] = table) =>
      serverBlocks(of, columns, 5).map((block) => block.length);
    expect(sizes(75)).toEqual([15]);
    expect(sizes(74)).toEqual([10, 5]);
    expect(sizes(49)).toEqual([5, 5, 5]);
    expect(sizes(20)).toEqual([4, 1, 4, 1, 4, 1]);
    expect(sizes(50, ungrouped)).toEqual([10, 5]);
  });
});

describe("what does not fit on a line of the terminal", () => {
  const narrow = paintFor({ columns: 60 }, {});
  const steps: Trace = [
    { action: "propose", registerSet: 0, value: "A" },
    ...table.servers.slice(3, 11).map((server) => ({ action: "write", server, registerSet: 0, value: "A" }) as const),
  ];
  const shown = { servers: table.servers, registerSets: [0], steps };

  it("is a state table in blocks, with what is decided under the last", () => {
    expect(renderDecisions(table, stateAfter(table.servers, [0], steps), narrow)).toMatchInlineSnapshot(`
      "       a0   a1   a2   a3   a4   b0   b1   b2   b3   b4
        R0                 [A]  [A]  [A]  [A]  [A]  [A]  [A]

             c0   c1   c2   c3   c4
        R0  [A]
        R0  A decided by {a3, a4, b0, b1, b2, b3, b4, c0}
      "
    `);
  });

  it("is a run whose equal steps are gathered", () => {
    expect(renderSteps(shown, narrow)).toMatchInlineSnapshot(`
      "    1  propose A in R0
        2–9  write A to R0 at a3, a4, b0, b1, b2, b3, b4, c0
      "
    `);
  });

  it("is shown all the same where that is asked for", () => {
    const lines = renderSteps(shown, widePaint(narrow)).split("\n");
    expect(lines).toHaveLength(1 + steps.length + 1);
    expect(Math.max(...lines.map((line) => line.length))).toBeGreaterThan(60);
  });
});
