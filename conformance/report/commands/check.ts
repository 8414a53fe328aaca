/** What `quorate check` says: whether every table is as the config expects, and in full what is not. */

import type { JudgedTable } from "../../policy/judge.js";
import type { CaseStatus, Comparison, Results } from "../../results/results.js";
import { EXIT, mostSevere } from "../../shell/exit-codes.js";
import type { Paint } from "../../shell/terminal.js";
import { counted } from "../../words/words.js";
import { formatGrid } from "../pieces/grid.js";
import { caseObject } from "../verdict/json.js";
import { renderReport } from "../verdict/text.js";
import { formatVerdict } from "../verdict/verdict-line.js";

export function checkResults(
  configFile: string,
  judged: readonly JudgedTable[],
  comparisons: readonly Comparison[],
): Results {
  const exitCode = mostSevere(judged.map(({ exitCode }) => exitCode));
  const summary = summaryOf(configFile, judged);
  return {
    command: "quorate check",
    summary,
    exitCode,
    cases: judged,
    comparisons,
    text: (paint) =>
      [
        `${exitCode === EXIT.safe ? paint(["bold", "green"], "PASSED") : paint(["bold", "red"], "FAILED")}  exit code ${exitCode}: ${summary}\n\n`,
        formatGrid(
          judged.map((table) => rowOf(table, paint)),
          { limit: paint.limit },
        ),
        ...comparisons.map((comparison) => renderComparison(comparison, paint)),
        ...judged.filter(isToBeRead).map((table) => inFull(table, paint)),
      ].join(""),
    json: () => judged.map((table) => `${JSON.stringify({ ...caseObject(table), cached: table.isCached })}\n`).join(""),
  };
}

function summaryOf(configFile: string, judged: readonly JudgedTable[]): string {
  const bad = judged.filter(isToBeRead).length;
  const tables = counted(judged.length, "table");
  const accepted = judged.filter(({ status }) => status === "accepted").length;
  const cached = judged.filter(({ isCached }) => isCached).length;
  const details = [
    ...(accepted === 0 ? [] : [`${accepted} inconclusive and accepted`]),
    ...(cached === 0 ? [] : [`${cached} known from before`]),
  ];
  const verdict =
    bad === 0
      ? `${judged.length === 1 ? "the table is" : `all ${tables} are`} as ${configFile} expects`
      : `${bad} of ${tables} ${bad === 1 ? "is" : "are"} not as ${configFile} expects`;
  return `${verdict}${details.length === 0 ? "" : `; ${details.join(", ")}`}`;
}

const isToBeRead = ({ status }: JudgedTable): boolean => status === "failed" || status === "error";

function rowOf({ status, file, outcome, complaints, justification, isCached }: JudgedTable, paint: Paint): string[] {
  if (outcome.kind === "failure") return [mark(status, paint), file, paint("red", "no verdict"), outcome.problem];
  const said = complaints.length > 0 ? complaints.join(" ") : (justification ?? "");
  return [
    mark(status, paint),
    file,
    formatVerdict(outcome.report.verdict, paint),
    [said, ...(isCached ? [paint("dim", "(known from before)")] : [])].filter((text) => text !== "").join(" "),
  ];
}

const mark = (status: CaseStatus, paint: Paint): string =>
  ({
    passed: paint("green", "✓"),
    accepted: paint("yellow", "~"),
    failed: paint("red", "✗"),
    error: paint("red", "✗"),
  })[status];

function renderComparison({ since, changes }: Comparison, paint: Paint): string {
  const lines = changes.length === 0 ? ["nothing that is compared: verdicts, broken rules, lengths of runs"] : changes;
  return `\n${paint("bold", `Changed since ${since}`)}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** Of a table that is safe, all that is not as it should be has been said in its line. */
function inFull({ outcome, request, complaints }: JudgedTable, paint: Paint): string {
  if (outcome.kind === "verified" && outcome.report.verdict === "safe") return "";
  const rule = `\n${paint("dim", "─".repeat(Math.min(80, paint.columns)))}\n\n`;
  if (outcome.kind === "failure") return `${rule}${outcome.message}\n`;
  return `${rule}${complaints.join(" ")}\n\n${renderReport(outcome.report, request, paint)}`;
}
