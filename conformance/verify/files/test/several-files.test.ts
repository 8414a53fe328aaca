/** What `verify` prints for people of several files. */
import { expect, it } from "vitest";
import { renderOutcomes } from "../../../report/verdict/outcomes.js";
import { plain } from "../../../shell/terminal.js";
import type { Report } from "../../report.js";
import { diverges, inconclusive, request, safe, unsafe } from "../../test/reports.js";
import type { Outcome } from "../outcome.js";

const verified = (report: Report): Outcome => ({ kind: "verified", report, exitCode: 0 });
const failure: Outcome = {
  kind: "failure",
  file: "bad.yaml",
  exitCode: 65,
  message: "bad.yaml:5:13: …",
  problem: "…",
  line: 5,
  column: 13,
  hint: null,
  problems: [],
};

it("they make a matrix, and only those that are not safe follow in full", () => {
  const [matrix, ...inFull] = renderOutcomes(
    [safe, unsafe, inconclusive, diverges].map(verified).concat(failure),
    request,
    plain,
  ).split(/^─+$/m);
  expect(matrix).toMatchInlineSnapshot(`
    "table           verdict       rules  sets        states  transitions  depth  shortest run  replayed
    three-majority  safe          ✓ PQ   0 1            558        1,598      8                    100%
    wrong-half      unsafe        ✗ PQ   0 9 10 11  177,382      834,676     16             7       <1%
    wrong-half      inconclusive  ✗ PQ   0 9 10 11   44,501      212,196     16                      no
    three-majority  diverges      ✓ PQ   0 1            558        1,598      8                diverges
    bad.yaml        invalid

    "
  `);
  expect(inFull.map((text) => text.trim().split("  ")[0])).toEqual(["UNSAFE", "INCONCLUSIVE", "DIVERGES"]);
});

it("nothing is printed for a lone failure, which stderr has", () => {
  expect(renderOutcomes([failure], request, plain)).toBe("");
});
