import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { choose, serverFormula } from "../families/formula.js";
import { phase2Quorums } from "../table-families.js";
import { loadTable, parseTable, TableFileError } from "../table-file.js";

const BAD_TABLES = fileURLToPath(new URL("./bad-tables/", import.meta.url));
const GOOD = "servers: [S0, S1, S2]\nregisters:\n  - sets: 0..\n    decide: majority\n";

/** The error's message, or a failure if there is none or another one. */
function messageOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof TableFileError) return error.message;
    throw error;
  }
  throw new Error("no error");
}

describe("a bad table file", () => {
  it.each(readdirSync(BAD_TABLES))("%s", (file) => {
    // The files say what they expect: `# expect: line:column: problem. Hint: hint.`, one line for each problem.
    const text = readFileSync(`${BAD_TABLES}/${file}`, "utf8");
    const expected = [...text.matchAll(/^# expect: (.*)$/gm)].map(([, message]) => `${file}:${message}`);
    expect(expected).not.toHaveLength(0);
    expect(messageOf(() => parseTable(text, file))).toBe(expected.join("\n"));
  });

  it.each([
    ["empty", "", "bad:1:1: the file holds no quorum table: it is empty or all comments"],
    ["binary", "servers: [S0]\n\u0000\u0001\u0002", "bad:2:1: not a text file: it holds the control character U+0000"],
  ])("%s is refused", (_, text, expected) => {
    expect(messageOf(() => parseTable(text, "bad"))).toContain(expected);
  });

  it.each([
    ["/no/such/file", '/no/such/file:1:1: cannot read "/no/such/file": there is no such file.'],
    [BAD_TABLES, `${BAD_TABLES}:1:1: cannot read`],
    ["/dev/zero", "/dev/zero:1:1: the file is larger than 1 MiB"],
  ])("%s cannot be loaded", (file, expected) => {
    expect(messageOf(() => loadTable(file))).toContain(expected);
  });

  it("reports ten problems and counts the rest", () => {
    const text = `servers: [S0]\nregisters:\n  - sets: 0\n    decide: [[${Array(15).fill("zebra").join(", ")}]]\n`;
    const lines = messageOf(() => parseTable(text, "many.yaml")).split("\n");
    expect(lines).toHaveLength(11);
    expect(lines[10]).toBe("many.yaml: and 5 more problems.");
  });

  it("never prints what a file smuggles in by escapes", () => {
    const text = 'servers: ["S0"]\nregisters: [{ sets: 0, decide: [["a\\nb\\e[31m\\u202e"]] }]';
    expect(messageOf(() => parseTable(text, "t.yaml"))).toBe(
      String.raw`t.yaml:2:34: unknown server "a\nb\u001b[31m\u202e". Hint: the servers are S0.`,
    );
  });

  it("carries the first problem in parts", () => {
    const text = GOOD.replace("majority", "S0 and S9");
    const error = new Error("no error");
    try {
      parseTable(text, "t.yaml");
    } catch (caught) {
      expect(caught).toMatchObject({
        name: "TableFileError",
        position: { file: "t.yaml", line: 4, column: 20 },
        problem: 'unknown server "S9"',
        hint: 'did you mean "S0"?',
      });
      return;
    }
    throw error;
  });
});

describe("a table file", () => {
  it("gives the table, with positions", () => {
    const text = [
      "name: all-aboard",
      "servers: [S0, S1, S2]",
      "registers:",
      "  - sets: 0..9",
      "    decide: all",
      "    prepare: any 1",
      "  - sets: 10..",
      "    decide: majority",
    ].join("\n");
    const at = (line: number, column: number) => ({ file: "t.yaml", line, column });
    const allocation = { kind: "round-robin" };
    const THREE = [0, 1, 2].map(serverFormula);
    expect(parseTable(text, "t.yaml")).toEqual({
      name: "all-aboard",
      servers: ["S0", "S1", "S2"],
      ranges: [
        {
          first: 0,
          last: 9,
          decide: { formula: choose(3, THREE), text: "all", at: at(5, 13) },
          prepare: { formula: choose(1, THREE), text: "any 1", at: at(6, 14) },
          allocation,
          at: at(4, 5),
        },
        {
          first: 10,
          last: Number.POSITIVE_INFINITY,
          decide: { formula: choose(2, THREE), text: "majority", at: at(8, 13) },
          prepare: null,
          allocation,
          at: at(7, 5),
        },
      ],
      selection: "greatest",
      clients: [],
    });
  });

  it("is called after its file unless it says otherwise", () => {
    expect(parseTable(GOOD, "/some/where/my-table.yaml").name).toBe("my-table");
  });

  it.each([
    ["a byte order mark", `\uFEFF${GOOD}`],
    ["Windows line ends", GOOD.replaceAll("\n", "\r\n")],
    ["JSON", '{ "servers": ["S0", "S1", "S2"], "registers": [{ "sets": "0..", "decide": "majority" }] }'],
    ["a document start", `---\n${GOOD}`],
    ["an anchor that nothing uses", GOOD.replace("majority", "&x majority")],
  ])("may have %s", (_, text) => {
    expect(phase2Quorums(parseTable(text, "t.yaml"), 0)).toEqual([0b011, 0b101, 0b110]);
  });

  it("may end after its last range", () => {
    const { ranges } = parseTable(GOOD.replace("0..", "0 .. 4"), "t.yaml");
    expect(ranges.map(({ first, last }) => [first, last])).toEqual([[0, 4]]);
  });

  it("takes any word for a server's name", () => {
    const text = "servers: [1, 2.0, true, Zürich]\nregisters: [{ sets: 0, decide: 1 and 2.0 and true or Zürich }]";
    const table = parseTable(text, "t.yaml");
    expect(table.servers).toEqual(["1", "2.0", "true", "Zürich"]);
    expect(phase2Quorums(table, 0)).toEqual([0b1000, 0b0111]);
  });

  it.each([
    ["clients: [alice, bob]\n", "alice", ["alice", "bob"]],
    ["clients: 3\n", "c1", ["c0", "c1", "c2"]],
    ["", "alice", ["alice"]],
    ["clients: [opne]\n", "opne", ["opne"]],
  ])("knows its clients: %j, %s", (clients, allocation, expected) => {
    const table = parseTable(`${clients}${GOOD}    allocation: ${allocation}\n`, "t.yaml");
    expect(table.clients).toEqual(expected);
    expect(table.ranges[0]!.allocation).toEqual({ kind: "client", client: allocation });
  });
});
