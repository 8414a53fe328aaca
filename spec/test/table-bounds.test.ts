/** Every bound of the quorum table file, just kept and just broken. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatRange } from "../quorum-table.js";
import { phase2Quorums } from "../table-families.js";
import { loadTable, parseTable, TableFileError } from "../table-file.js";

/** The problems of a file that is refused, or null. */
function refusalOf(text: string): string | null {
  try {
    parseTable(text, "t");
  } catch (error) {
    if (error instanceof TableFileError) return error.message;
    throw error;
  }
  return null;
}

const table = ({ servers = "[S0, S1]", top = "", sets = "0..", decide = "all" }): string =>
  `servers: ${servers}\n${top}registers:\n  - sets: ${sets}\n    decide: ${decide}\n`;

const long = (letters: number): string => "x".repeat(letters);
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `s${index}`);

interface Bound {
  readonly what: string;
  /** The table with this much of it. */
  readonly text: (amount: number) => string;
  readonly most: number;
  /** What is said of one more. */
  readonly problem: string;
}

const BOUNDS: readonly Bound[] = [
  {
    what: "letters of a server's name",
    text: (letters) => table({ servers: `[${long(letters)}, S1]` }),
    most: 100,
    problem: `t:1:11: the server name "${long(60)}…" is longer than 100 characters.`,
  },
  {
    what: "letters of the table's name",
    text: (letters) => table({ top: `name: ${long(letters)}\n` }),
    most: 100,
    problem: `t:2:7: the table's name "${long(60)}…" must be one line of 1 to 100 characters.`,
  },
  {
    what: "servers",
    text: (count) => table({ servers: `[${names(count).join(", ")}]` }),
    most: 31,
    problem: "t:1:156: 32 servers: at most 31 are possible.",
  },
  {
    what: "clients",
    text: (count) => table({ top: `clients: ${count}\n` }),
    most: 1000,
    problem: 't:2:10: "1001" is not a number of clients from 1 to 1000. Hint: as in 2, or [c0, c1].',
  },
  {
    what: "weight",
    text: (weight) => table({ decide: `{ weights: { S0: ${weight} }, threshold: 1 }` }),
    most: 2 ** 31 - 1,
    problem: `t:4:30: the weight "2147483648" is not a whole number from 0 to 2147483647.`,
  },
  {
    what: "threshold",
    text: (threshold) => table({ decide: `{ weights: { S0: 2147483647, S1: 9 }, threshold: ${threshold} }` }),
    most: 2 ** 31 - 1,
    problem: `t:4:62: the threshold "2147483648" is not a whole number from 1 to 2147483647.`,
  },
  {
    what: "register set",
    text: (last) => table({ sets: `0..${last}` }),
    most: 2 ** 31,
    problem:
      't:3:11: "0..2147483649" goes beyond register set 2147483648. Hint: an open range such as 10.. has no end.',
  },
  {
    what: "groups that use each other",
    text: (count) =>
      table({
        // The last is a server alone; each other is the next one.
        top: `groups:\n${names(count)
          .map((name, index) => `  ${name}: ${index + 1 === count ? "S0" : `s${index + 1}`}\n`)
          .join("")}`,
        decide: "s0",
      }),
    most: 100,
    problem: "t:102:8: groups are nested too deeply here.",
  },
];

describe("a quorum table may have", () => {
  it.each(BOUNDS.map((bound) => [bound.most, bound.what, bound] as const))(
    "%i as %s, and no more",
    (most, _, bound) => {
      expect(refusalOf(bound.text(most))).toBeNull();
      expect(refusalOf(bound.text(most + 1))).toBe(bound.problem);
    },
  );

  it("one client, and one quorum that takes all the weight", () => {
    expect(parseTable(table({ top: "clients: 1\n" }), "t").clients).toEqual(["c0"]);
    const weighted = parseTable(table({ decide: "{ weights: { S0: 2, S1: 3 }, threshold: 5 }" }), "t");
    expect(weighted.ranges[0]!.decide.text).toBe("{ weights: { S0: 2, S1: 3 }, threshold: 5 }");
    expect(phase2Quorums(weighted, 0)).toEqual([0b11]);
    // Who weighs nothing is in no quorum.
    const one = parseTable(table({ decide: "{ weights: { S1: 1 }, threshold: 1 }" }), "t");
    expect(phase2Quorums(one, 0)).toEqual([0b10]);
  });

  it("a name with spaces around it, which are not part of it", () => {
    expect(parseTable(table({ top: 'name: "  two words  "\n' }), "t").name).toBe("two words");
    expect(refusalOf(table({ top: 'name: "   "\n' }))).toBe(
      't:2:7: the table\'s name "   " must be one line of 1 to 100 characters.',
    );
  });
});

describe("problems", () => {
  it.each([
    [10, null],
    [11, "t: and 1 more problem."],
    [12, "t: and 2 more problems."],
  ])("of %i in a file, ten are told, and the rest are counted", (count, last) => {
    const lines = refusalOf(table({ decide: `[[${Array(count).fill("zebra").join(", ")}]]` }))!.split("\n");
    expect(lines).toHaveLength(Math.min(count, 11));
    expect(lines[0]).toBe('t:4:15: unknown server "zebra". Hint: the servers are S0, S1.');
    if (last !== null) expect(lines.at(-1)).toBe(last);
  });

  it("come in the order of the file, whatever was looked at first", () => {
    const text =
      "servers: [S0]\nregisters:\n  - { decide: zebra, sets: x }\n  - { sets: y, decide: 0 of (S0), allocation: a b }\n";
    expect(
      refusalOf(text)!
        .split("\n")
        .map((line) => line.split(" ")[0]),
    ).toEqual(["t:3:15:", "t:3:28:", "t:4:13:", "t:4:24:", "t:4:47:"]);
  });

  it.each([
    [10, "the servers are s0, s1, s2, s3, s4, s5, s6, s7, s8, s9"],
    [11, "the servers are s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, …"],
  ])("name up to ten servers: of %i", (count, hint) => {
    const text = table({ servers: `[${names(count).join(", ")}]`, decide: "zebra" });
    expect(refusalOf(text)).toBe(`t:4:13: unknown server "zebra". Hint: ${hint}.`);
  });

  it.each([
    [60, `"${"z".repeat(60)}"`],
    [61, `"${"z".repeat(60)}…"`],
  ])("quote up to sixty characters: of %i", (letters, quoted) => {
    expect(refusalOf(table({ decide: "z".repeat(letters) }))).toContain(`unknown server ${quoted}.`);
  });

  it("quote characters beyond the first plane whole", () => {
    // Each is two UTF-16 units, a letter, and no server.
    const letter = "\u{10400}";
    expect(refusalOf(table({ decide: letter.repeat(61) }))).toContain(`"${letter.repeat(60)}…"`);
    expect(refusalOf(table({ decide: letter.repeat(1000) }))).toContain(`"${letter.repeat(60)}…"`);
    expect(refusalOf(table({ decide: letter.repeat(60) }))).toContain(`"${letter.repeat(60)}".`);
    // An invisible one is told by its number.
    expect(refusalOf(table({ servers: '["a\u{e0001}b"]' }))).toContain(String.raw`"a\u{e0001}b"`);
  });
});

describe("where a name stands in an expression", () => {
  it.each([
    ["plain", "    decide: S0 and zebra", "t:4:20"],
    ["in double quotes", '    decide: "S0 and zebra"', "t:4:21"],
    ["in single quotes", "    decide: 'S0 and zebra'", "t:4:21"],
    ["on the second line of a plain one", "    decide: S0\n      and zebra", "t:5:11"],
    ["on the second line in quotes", '    decide: "S0\n      and zebra"', "t:5:11"],
    ["in a folded block", "    decide: >\n      S0 and\n\n      zebra", "t:7:7"],
    ["in a literal block", "    decide: |\n      S0\n      and   zebra", "t:6:13"],
    ["at the end, where a name is missing", "    decide: S0 and", "t:4:19"],
    ["at the end in quotes", '    decide: "S0 and  "', "t:4:20"],
  ])("%s", (_, line, position) => {
    const text = `servers: [S0, S1]\nregisters:\n  - sets: 0..\n${line}\n`;
    expect(refusalOf(text)!.split(" ")[0]).toBe(`${position}:`);
  });
});

describe("a file", () => {
  const padded = (bytes: number): string => {
    const text = table({});
    return `${text}#${"x".repeat(bytes - text.length - 1)}`;
  };

  it("may have a MiB, and no more", () => {
    const directory = mkdtempSync(join(tmpdir(), "quorate-bounds-"));
    const file = join(directory, "table.yaml");
    writeFileSync(file, padded(2 ** 20));
    expect(loadTable(file).name).toBe("table");
    writeFileSync(file, padded(2 ** 20 + 1));
    expect(() => loadTable(file)).toThrow(`${file}:1:1: the file is larger than 1 MiB`);
    rmSync(directory, { recursive: true });
  });

  it("of bytes that are not UTF-8 is refused where they stand", () => {
    expect(refusalOf(`servers: [S0]\n# caf\uFFFD\n${table({})}`)).toBe(
      "t:2:6: not a text file: it holds bytes that are not UTF-8. Hint: save it as UTF-8 YAML.",
    );
  });
});

it("a range is written as one set, from one to another, or without an end", () => {
  expect(formatRange({ first: 4, last: 4 })).toBe("4");
  expect(formatRange({ first: 0, last: 9 })).toBe("0..9");
  expect(formatRange({ first: 10, last: Number.POSITIVE_INFINITY })).toBe("10..");
});
