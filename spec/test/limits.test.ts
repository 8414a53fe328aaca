/** Tables at the bounds of what is read and worked out. Each takes as long as its bound allows, so mutants are not tried on them. */
import { expect, it } from "vitest";
import { FILE_SIZE_MAX_BYTES } from "../table-file/yaml-source.js";
import { parseTable, TableFileError } from "../table-file.js";

const THIRTY = Array.from({ length: 30 }, (_, server) => `s${server}`).join(", ");

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

it("an expression that stands for too many quorums is refused", () => {
  expect(messageOf(`servers: [${THIRTY}]\nregisters:\n  - sets: 0..\n    decide: majority\n`)).toBe(
    'bad:4:13: "majority" stands for more than 10000 minimal quorums. Hint: use fewer servers or a simpler expression.',
  );
});

it("large choices are reached without visiting small ones", () => {
  const text = `servers: [${THIRTY}]\nregisters: [{ sets: 0.., decide: any 28, prepare: any 3 }]`;
  const { ranges } = parseTable(text, "thirty.yaml");
  expect(ranges[0]!.decide.quorums).toHaveLength(435);
  expect(ranges[0]!.prepare!.quorums).toHaveLength(4060);
});
