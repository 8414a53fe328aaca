/** What a reviewer sees in the summary of a job. */
import { expect, it } from "vitest";
import { caseOf } from "../../../results/results.js";
import { request, unsafe } from "../../../verify/test/reports.js";
import { renderMarkdown } from "../markdown.js";
import { CASES, resultsOf, verified } from "./cases.js";
import { toldResults } from "./told-cases.js";

it("has the state picture of an unsafe table, and the run to unfold", () => {
  expect(
    renderMarkdown(resultsOf([caseOf(verified({ ...unsafe, notExplored: ["Some."] }), request)])),
  ).toMatchInlineSnapshot(`
    "## ❌ quorate verify: 1 table: 1 failed

    | | table | verdict | states | transitions | shortest run | replayed |
    |---|---|---|--:|--:|--:|--:|
    | ❌ | wrong-half | unsafe | 177,382 | 834,676 | 7 | <1% |

    ### Changed since main

    - a\\_b.yaml: safe before, unsafe (PQ, 6 steps) now

    ### ❌ wrong-half: unsafe, two values decided after 7 steps

    - **PQ** \`my tables/wrong-half.yaml:5:13\` \\{S1, S2\\} (phase 2 of R0) and \\{S0\\} (phase 1 of R1) have no server in common (PQ), so a client can finish phase 1 there without seeing that another value was decided, and get its own decided too.
      - \`my tables/wrong-half.yaml:6:14\` R1 is prepared by \\{S0\\}

    Registers after the run, deciding quorums in brackets:

    \`\`\`text
            S0   S1   S2
      R0    -   [A]  [A]  A decided by {S1, S2}
      R9   [B]  [B]       B decided by {S0, S1}
      R10
      R11
    \`\`\`

    <details><summary>Shortest run, 7 steps</summary>

    \`\`\`text
                              S0    S1    S2
      1  propose A in R0
      2  write A to R0 at S1        R0=A
      3  write A to R0 at S2              R0=A
      4  freeze R0..R8 at S0  R0=-
      5  propose B in R9
      6  write B to R9 at S0  R9=B
      7  write B to R9 at S1        R9=B
    \`\`\`

    </details>

    <details><summary>Not explored</summary>

    - Some.

    </details>

    Reproduce: \`npx quorate verify 'my tables/wrong-half.yaml'\`
    "
  `);
});

it("marks nothing up that is a name, and has a line for every case", () => {
  const lines = renderMarkdown(resultsOf(CASES)).split("\n");
  expect(lines.slice(0, 13)).toMatchInlineSnapshot(`
    [
      "## ❌ quorate verify: 9 tables: 2 passed, 1 accepted, 5 failed, 1 could not be judged",
      "",
      "| | table | verdict | states | transitions | shortest run | replayed |",
      "|---|---|---|--:|--:|--:|--:|",
      "| ✅ | three-majority | safe | 558 | 1,598 |  | 100% |",
      "| ❌ | wrong-half | unsafe | 177,382 | 834,676 | 7 | <1% |",
      "| ❌ | a "name" \\<\\&\\> \\\`with\\\` \\| \\[marks\\]￾ | inconclusive | 44,501 | 212,196 |  | no |",
      "| ❌ | three-majority | diverges | 558 | 1,598 |  | <1% |",
      "| ❌ | \`bad 50%, <b>.yaml\` | none |  |  |  |  |",
      "| ✅ | wrong-half | unsafe | 177,382 | 834,676 | 7 | <1% |",
      "| ☑️ | wrong-half | inconclusive | 44,501 | 212,196 |  | no |",
      "| ❌ | three-majority | safe | 558 | 1,598 |  | 100% |",
      "| ❌ | table 7 |  |  |  |  |  |",
    ]
  `);
});

it("is never larger than it may be, and says what it leaves out", () => {
  const many = Array.from({ length: 9 }, () => caseOf(verified(unsafe), request));
  const whole = renderMarkdown(resultsOf(many));
  const cut = renderMarkdown(resultsOf(many), whole.length - 1);
  const shown = (text: string) => text.match(/^### ❌/gm)!.length;
  expect([shown(whole), shown(cut)]).toEqual([9, 8]);
  expect(cut.length).toBeLessThan(whole.length);
  expect(cut.endsWith("\n1 more table not shown in full.\n")).toBe(true);
});

it("has the figures of a log, the place of what is refused, and all that is said of it", async () => {
  const { refused, explained } = await toldResults();
  expect(renderMarkdown(refused)).toMatchInlineSnapshot(`
    "## ❌ quorate validate: REFUSED: three-majority: 5 of 9 events of 5 nodes are explained, and no run of the model has more

    | | log | verdict | events | explained |
    |---|---|---|--:|--:|
    | ❌ | three-majority | refused | 9 | 5 |

    ### ❌ three-majority: refused, 9 events of 5 nodes

    - **refused-event** \`examples/logs/wrong-relay.ndjson:6:1\` "propose pear in R1" is refused: selection "greatest" does not allow "pear" in R1, having heard \\{S0, S1\\}: it allows "apple".

    \`\`\`text
    REFUSED  three-majority: 5 of 9 events of 5 nodes are explained, and no run of the model has more

    The longest prefix that is explained  5 events; then this is refused
      examples/logs/wrong-relay.ndjson:6: propose pear in R1
        selection "greatest" does not allow "pear" in R1, having heard {S0, S1}: it allows "apple".

    Registers before it  deciding quorums in brackets
           S0      S1   S2
      R0   apple   -
      R1

    Not checked
      What the log leaves out: an event that is missing is noticed where its node counts, or where
        another event needs it.
      Whether who proposes owns the register set, for the table does not name its clients: only that
        no two propose in it.
    \`\`\`
    "
  `);
  expect(renderMarkdown(explained).split("\n").slice(4)).toEqual(["| ✅ | three-majority | explained | 9 | 9 |", ""]);
});
