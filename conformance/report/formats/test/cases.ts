/** A case of every kind, with text that markup would trip over. */

import { type Case, caseOf, type Results, summaryOf } from "../../../results/results.js";
import { EXIT } from "../../../shell/exit-codes.js";
import type { Outcome } from "../../../verify/files/outcome.js";
import type { Report } from "../../../verify/report.js";
import { diverges, inconclusive, request, safe, unsafe } from "../../../verify/test/reports.js";

export const verified = (report: Report): Outcome => ({ kind: "verified", report, exitCode: EXIT.safe });

const named = (name: string, report: Report): Report => ({ ...report, table: { ...report.table, name } });

const at = { file: "bad 50%, <b>.yaml", line: 5, column: 13 };

export const invalid: Outcome = {
  kind: "failure",
  file: at.file,
  exitCode: EXIT.unreadable,
  message: `${at.file}:5:13: unknown server "S9". Hint: did you mean "S0"?`,
  problem: 'unknown server "S9"',
  line: at.line,
  column: at.column,
  hint: 'did you mean "S0"?',
  problems: [
    { position: at, problem: 'unknown server "S9"', hint: 'did you mean "S0"?' },
    { position: { ...at, line: 7 }, problem: "an empty quorum", hint: null },
  ],
};

export const CASES: readonly Case[] = [
  caseOf(verified({ ...safe, warnings: ["Group east | west is not used."] }), request),
  caseOf(verified(unsafe), request),
  caseOf(verified(named('a "name" <&> `with` | [marks]\uFFFE', inconclusive)), request),
  caseOf(verified(diverges), request),
  caseOf(invalid, request),
  { ...caseOf(verified(unsafe), request), status: "passed", justification: "It is expected to be unsafe." },
  {
    ...caseOf(verified(inconclusive), request),
    status: "accepted",
    justification: "Too large for now, until 2027-01-01.",
  },
  { ...caseOf(verified(safe), request), status: "failed", complaints: ["verdict is safe, expected unsafe."] },
  {
    ...{ name: "table 7", file: null, status: "failed", outcome: null, request, justification: null },
    complaints: ["the rules say safe, the explorer unsafe\nservers: [S0]\n"],
  },
];

export const resultsOf = (cases: readonly Case[]): Results => ({
  command: "quorate verify",
  summary: summaryOf(cases),
  exitCode: EXIT.unsafe,
  cases,
  comparisons: [{ since: "main", changes: ["a_b.yaml: safe before, unsafe (PQ, 6 steps) now"] }],
  text: () => "the text\n",
  json: () => "{}\n",
});
