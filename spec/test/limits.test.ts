/** Tables at the bounds of what is read and worked out. Each takes as long as its bound allows, so mutants are not tried on them. */
import { expect, it } from "vitest";
import { phase1Quorums, phase2Family, phase2Quorums } from "../quorum-table.js";
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

it("quorums whose diagram would be too large are refused, where they stand", () => {
  // Three hundred quorums of ten servers at random have next to nothing in common.
  let random = 1;
  const quorums = Array.from({ length: 300 }, () => {
    const quorum = new Set<string>();
    while (quorum.size < 10) {
      random = (random * 48_271) % (2 ** 31 - 1);
      quorum.add(THIRTY_ONE[random % 31]!);
    }
    return `[${[...quorum].join(", ")}]`;
  });
  const servers = THIRTY_ONE.join(", ");
  const text = [
    `servers: [${servers}]`,
    "registers:",
    "  - sets: 0",
    "    decide: majority",
    "  - sets: 1..",
    `    decide: [${quorums.join(", ")}]`,
  ].join("\n");
  expect(messageOf(text)).toMatch(
    /^bad:6:13: "\[\[s.*" needs a decision diagram of more than 1,000,000 nodes\. Hint: use fewer servers or smaller weights, or list servers group by group\.$/,
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
