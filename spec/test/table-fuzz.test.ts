/** Whatever a file holds, reading it ends in a table or in one clear error, and soon. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTable, TableFileError } from "../table-file.js";
import { tries } from "./effort.js";

const TABLES = fileURLToPath(new URL("../tables/", import.meta.url));
const TEXTS = readdirSync(TABLES)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => readFileSync(`${TABLES}/${file}`, "utf8").replace(/^#.*\n/gm, ""));

const SPLICES = [
  ..."[]{}(),:-|>&*!%@`'\"#?~\t\n\r\0",
  " of ",
  " and ",
  "or",
  "any ",
  "0",
  "99999",
  "..",
  "__proto__",
  "- ",
  ": ",
  "{}",
  "[]",
];

/** A bundled table with some pieces cut out, moved or put in. */
const mutatedText = fc
  .record({
    text: fc.constantFrom(...TEXTS),
    edits: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        cut: fc.nat(12),
        insert: fc.oneof(fc.constantFrom(...SPLICES), fc.string({ unit: "binary", maxLength: 4 })),
        repeat: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(500) }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ text, edits }) =>
    edits.reduce((edited, { at, cut, insert, repeat }) => {
      const start = Math.floor(at * edited.length);
      return edited.slice(0, start) + insert.repeat(repeat) + edited.slice(start + cut);
    }, text),
  );

function expectTableOrError(text: string): void {
  const start = performance.now();
  try {
    parseTable(text, "fuzz.yaml");
  } catch (error) {
    if (!(error instanceof TableFileError)) throw error;
    for (const line of error.message.split("\n")) expect(line).toMatch(/^fuzz\.yaml:(\d+:\d+: .+\.| and \d+ more)/);
    expect(error.message).not.toContain("[object Object]");
    expect(error.message).not.toContain("undefined");
  }
  expect(performance.now() - start).toBeLessThan(1000);
}

describe("parseTable", () => {
  it("survives mutated tables", () => {
    fc.assert(fc.property(mutatedText, expectTableOrError), { numRuns: tries(600, 1500) });
  });

  it("survives any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), expectTableOrError), { numRuns: 300 });
  });

  it("survives any expression", () => {
    const words = fc.constantFrom(
      "S0",
      "S1",
      "2",
      "of",
      "any",
      "all",
      "majority",
      "and",
      "or",
      "(",
      ")",
      ",",
      "x",
      "0",
      "&",
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (expression) => {
        const decide = JSON.stringify(expression.join(" "));
        expectTableOrError(`servers: [S0, S1]\ngroups: { x: [S0] }\nregisters: [{ sets: 0, decide: ${decide} }]`);
      }),
      { numRuns: tries(600, 1500) },
    );
  });
});
