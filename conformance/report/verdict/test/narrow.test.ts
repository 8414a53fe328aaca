/** Reports on narrow terminals: lines end between words, and tables that do not fit are told row by row. */
import { describe, expect, it } from "vitest";
import { type Paint, paintFor } from "../../../shell/terminal.js";
import { bounded, diverges, inconclusive, request, safe, unsafe } from "../../../verify/test/reports.js";
import { verified } from "../../formats/test/cases.js";
import { formatGrid } from "../../pieces/grid.js";
import { visibleLength } from "../../pieces/wrap.js";
import { renderMatrix } from "../matrix.js";
import { renderReport } from "../text.js";

const wide = (columns: number, environment = {}): Paint => paintFor({ columns }, environment);

describe.each([60, 40])("in %i columns", (columns) => {
  it.each(Object.entries({ safe, unsafe, bounded, inconclusive, diverges }))(
    "%s has no line that is longer",
    (_, of) => {
      const text = renderReport(
        { ...of, warnings: ["Group east of many servers is used by nothing."] },
        request,
        wide(columns),
      );
      const long = text.split("\n").filter((line) => visibleLength(line) > columns);
      // A place or a file is one word.
      expect(long.filter((line) => line.trim().replace(/ \\$/, "").includes(" "))).toEqual([]);
    },
  );

  it("loses no word", () => {
    const words = (paint: Paint) => renderReport(safe, request, paint).split(/[\s\\]+/);
    expect(words(wide(columns))).toEqual(words(wide(1000)));
  });
});

it("the first half of a report, in 40 columns", () => {
  const text = renderReport(unsafe, request, wide(40));
  expect(`\n${text.slice(0, text.indexOf("\nBecause"))}`).toBe(`
UNSAFE  wrong-half  two values decided
  after 7 steps

Rules
  ✗ PQ  these quorums share no server:
    decides  R0  {S1, S2}  my
      tables/wrong-half.yaml:5:13
    prepares R1  {S0}  my
      tables/wrong-half.yaml:6:14

Registers after the run  deciding
  quorums in brackets
        S0   S1   S2
  R0    -   [A]  [A]
  R9   [B]  [B]
  R10
  R11
  R0  A decided by {S1, S2}
  R9  B decided by {S0, S1}

Shortest run  7 steps, changed registers
  only
    1  propose A in R0
  2–3  write A to R0 at S1, S2
    4  freeze R0..R8 at S0
    5  propose B in R9
  6–7  write B to R9 at S0, S1
`);
});

it("a matrix falls into groups, with what each column is", () => {
  expect(`\n${renderMatrix([verified(safe), verified(unsafe)], wide(60), ["✓", "✗"])}`).toBe(`
✓  three-majority
  verdict safe, rules ✓ PQ, sets 0 1, states 558,
    transitions 1,598, depth 8, replayed 100%
✗  wrong-half
  verdict unsafe, rules ✗ PQ, sets 0 9 10 11, states
    177,382, transitions 834,676, depth 16, shortest run 7,
    replayed <1%
`);
});

it("COLUMNS is what counts, where it is a width; a row without headings hangs", () => {
  const rows = [["leases", "the master counts from when it asked", "holds"]];
  const limit = (COLUMNS: string) => wide(80, { COLUMNS }).limit;
  expect([limit("30"), limit(""), limit("wide"), limit("0")]).toEqual([30, 80, 80, 80]);
  expect(formatGrid(rows, { limit: 40 })).toBe("leases  the master counts from when it\n  asked  holds\n");
  expect(paintFor({}, {}).limit).toBe(Number.POSITIVE_INFINITY);
});

it("colours take no room", () => {
  const paint = wide(60, { FORCE_COLOR: "1" });
  const plain = renderReport(safe, request, wide(60));
  const lines = renderReport(safe, request, paint).split("\n");
  expect(lines.map(visibleLength)).toEqual(plain.split("\n").map(visibleLength));
});
