/**
 * Tables at the bounds of what is read and worked out. Each takes as long as its bound allows, so mutants are not tried
 * on them.
 */
import { expect, it } from "vitest";
import { judgeRules } from "../rules/judge.js";
import { membersOf, singleton, sizeOf } from "../server-set.js";
import { phase1Family, phase1Quorums, phase2Family, phase2Quorums } from "../table-families.js";
import { FILE_SIZE_MAX_BYTES } from "../table-file/yaml-source.js";
import { parseTable, TableFileError } from "../table-file.js";

const THIRTY_ONE = Array.from({ length: 31 }, (_, server) => `s${server}`);

/** The error's message, or a failure if there is none or another one. */
function messageOf(text: string): string {
  try {
    parseTable(text, "bad");
  } catch (error) {
    if (error instanceof TableFileError) return error.message;
    throw error;
  }
  throw new Error("no error");
}

it.each([
  ["too large", "#".repeat(5 * FILE_SIZE_MAX_BYTES), "bad:1:1: the file is larger than 1 MiB"],
  ["all brackets", "[".repeat(FILE_SIZE_MAX_BYTES), "bad:1:100: nested deeper than 100 levels"],
  ["all commas", `[${"a,".repeat(500_000)}]`, "bad:1:166667: more than 250000 words and marks"],
])("a file that is %s is refused", (_, text, expected) => {
  expect(messageOf(text)).toContain(expected);
});

/** Numbers that look random, the same ones in each run: from 1 to 2 ** 31 - 2. */
function* numbers(): Generator<number, never> {
  for (let random = 1; ; ) {
    random = (random * 48_271) % (2 ** 31 - 1);
    yield random;
  }
}

/**
 * Quorums of ten servers at random have next to nothing in common: a diagram of some hundred takes millions of nodes.
 */
function unrelated(count: number, size = 10): string {
  const random = numbers();
  const quorums = Array.from({ length: count }, () => {
    const quorum = new Set<string>();
    while (quorum.size < size) quorum.add(THIRTY_ONE[random.next().value % 31]!);
    return `[${[...quorum].join(", ")}]`;
  });
  return `[${quorums.join(", ")}]`;
}

const rising = (decide: string, then: string): string =>
  `servers: [${THIRTY_ONE.join(", ")}]\nregisters:\n  - sets: 0\n    decide: ${decide}\n  - sets: 1..\n    decide: ${then}\n`;

it("hundreds of unrelated quorums are kept as a list, beside families that are not", () => {
  const table = parseTable(rising("any 22", `${unrelated(300)}\n    prepare: ${unrelated(300)}`), "t");
  expect(phase2Quorums(table, 1)).toHaveLength(300);
  // Ten servers and 22 of 31 have one in common; ten and other ten need not.
  const [pq] = judgeRules(table);
  expect(pq!.holds).toBe(false);
  const { quorums } = pq!.witness!;
  expect(quorums.map(({ registerSet, quorum }) => [registerSet, sizeOf(quorum)])).toEqual([
    [1, 10],
    [2, 10],
  ]);
  expect(quorums[0]!.quorum & quorums[1]!.quorum).toBe(0);
  for (const { quorum } of quorums) expect(phase2Quorums(table, 1)).toContain(quorum);
});

it("of hundreds of unrelated quorums any three are judged", () => {
  const judged = (size: number) => {
    const quorums = unrelated(250, size);
    return judgeRules(
      parseTable(
        `servers: [${THIRTY_ONE.join(", ")}]\nregisters: [{ sets: 0.., decide: ${quorums}, prepare: ${quorums}, allocation: open }]`,
        "t",
      ),
    );
  };
  // Three times 21 servers are more than twice 31.
  expect(judged(21).map(({ rule, holds }) => `${rule} ${holds}`)).toEqual([
    "PQ true",
    "F1 true",
    "F2 true",
    "G1 false",
  ]);
  const f2 = judged(16).find(({ rule }) => rule === "F2")!;
  expect(f2.witness!.quorums.reduce((common, { quorum }) => common & quorum, -1)).toBe(0);
  expect(f2.witness!.quorums.map(({ quorum }) => sizeOf(quorum))).toEqual([16, 16, 16]);
});

it("the phase 1 of a list need not be listed", () => {
  const table = parseTable(rising(unrelated(300), "all"), "t");
  const prepare = phase1Family(table, 1);
  const [pq] = judgeRules(table);
  expect(pq!.holds).toBe(true);
  expect(phase2Quorums(table, 0).every((quorum) => (quorum & prepare.smallest) !== 0)).toBe(true);
  for (const server of membersOf(prepare.smallest))
    expect(prepare.isQuorum(prepare.smallest & ~singleton(server))).toBe(false);
});

it("what is neither a small diagram nor a short list is refused, where it stands", () => {
  // Any two of 300 quorums: 44,850 of them.
  const some = unrelated(300).slice(1, -1).replaceAll("[", "all of (").replaceAll("]", ")");
  expect(messageOf(rising("majority", `2 of (${some})`))).toMatch(
    /^bad:6:13: "2 of .*" needs a decision diagram of more than 1,000,000 nodes\. Hint: use fewer servers or smaller weights, or list servers group by group\.$/,
  );
});

it("a phase 1 that is neither a diagram nor a list is refused, where it would be derived", () => {
  const text = `${rising("majority", unrelated(300)).replace("sets: 1..", "sets: 1")}  - sets: 2..\n    decide: all\n`;
  expect(messageOf(text)).toBe(
    'bad:7:5: what prepares register sets "2.." has to do with more than 10,000 minimal quorums. Hint: write it as "prepare".',
  );
});

it("a majority of 31 is read, and its quorums are not listed", () => {
  const table = parseTable(
    `servers: [${THIRTY_ONE.join(", ")}]\nregisters: [{ sets: 0.., decide: majority }]`,
    "t.yaml",
  );
  expect(phase2Family(table, 0).count).toBe(300_540_195n);
  expect(() => phase2Quorums(table, 0)).toThrow("there are more than 10,000 minimal quorums to list");
});

it("large choices are reached without visiting small ones", () => {
  const servers = THIRTY_ONE.slice(0, 30).join(", ");
  const text = `servers: [${servers}]\nregisters: [{ sets: 0.., decide: any 28, prepare: any 3 }]`;
  const table = parseTable(text, "thirty.yaml");
  expect(phase2Quorums(table, 0)).toHaveLength(435);
  expect(phase1Quorums(table, 1)).toHaveLength(4060);
});
