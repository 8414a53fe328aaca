/** A sweep in the shape that all formats share: a case for the whole, and one for each table on which it fails. */
import { formatTable } from "../../../spec/table-printer.js";
import type { Case, Results } from "../../results/results.js";
import type { ExitCode } from "../../shell/exit-codes.js";
import { plain } from "../../shell/terminal.js";
import type { Disagreement } from "../../sweep/tally.js";
import { DEFAULT_REQUEST } from "../../verify/request.js";
import { renderSweep, type SweepResult, sweepCommand, sweepHeadline } from "./sweep.js";

export function sweepResults(result: SweepResult, exitCode: ExitCode): Results {
  const summary = sweepHeadline(result, plain).replace("  ", ": ");
  const { tally, isFinished } = result;
  const isComplete = isFinished && tally.inconclusive === 0;
  const whole: Case = {
    name: sweepCommand(result.request, null),
    file: null,
    status: tally.disagreementCount > 0 ? "failed" : isComplete ? "passed" : "error",
    outcome: null,
    request: DEFAULT_REQUEST,
    complaints: tally.disagreementCount > 0 || !isComplete ? [`${summary}.`] : [],
    justification: null,
  };
  return {
    command: "quorate sweep",
    summary,
    exitCode,
    cases: [whole, ...tally.disagreements.map(caseOf)],
    comparisons: [],
    text: (paint) => renderSweep(result, paint),
    json: () => `${JSON.stringify(objectOf(result))}\n`,
  };
}

const caseOf = ({ number, swept, sentence }: Disagreement): Case => ({
  name: `table ${number}`,
  file: null,
  status: "failed",
  outcome: null,
  request: DEFAULT_REQUEST,
  complaints: [`${sentence}\n${formatTable(swept.table)}`],
  justification: null,
});

function objectOf({ request, tally, total, isFinished }: SweepResult): object {
  const { tables, standFor, safe, unsafe, inconclusive, states, transitions } = tally;
  const { lengths, equalLengths, disagreementCount, disagreements } = tally;
  return {
    verdict: disagreementCount > 0 ? "disagree" : isFinished && inconclusive === 0 ? "agree" : "inconclusive",
    sweep: request,
    ...{ total, tables, standFor, safe, unsafe, inconclusive, states, transitions },
    // Of the unsafe tables: how many runs were compared with the closed formula, and how many are as long as it says.
    ...{ lengths, equalLengths, disagreementCount },
    disagreements: disagreements.map(({ number, swept, sentence }) => ({
      number,
      sentence,
      table: formatTable(swept.table),
    })),
    reproduce: sweepCommand(request, null),
  };
}
