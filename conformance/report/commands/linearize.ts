/**
 * What `linearize` prints: whether each register behaves as one, and where not, the smallest part of the history that
 * shows it.
 */
import { STANDARD_INPUT } from "../../../spec/table-file/read-text.js";
import type { Content, HistoryJudgement, KeyJudgement, Operation } from "../../history/linearizability.js";
import type { Case, Finding, Results, Told } from "../../results/results.js";
import type { ExitCode } from "../../shell/exit-codes.js";
import { type Paint, plain } from "../../shell/terminal.js";
import { DEFAULT_REQUEST } from "../../verify/request.js";
import { counted, formatCount } from "../../words/words.js";
import { sectionOf } from "../pieces/section.js";

export interface LinearizeReport extends HistoryJudgement {
  readonly file: string;
  /** Whether a compare-and-set that failed counts as one that never was. */
  readonly areFailedCasDropped: boolean;
}

const KEYS_SHOWN_MAX = 5;
const OPERATIONS_SHOWN_MAX = 40;
const CONTENTS_SHOWN_MAX = 8;

/** The history as a whole is the one case. */
export function linearizeResults(report: LinearizeReport, exitCode: ExitCode): Results {
  const { file, verdict, keys } = report;
  const operations = keys.reduce((sum, judged) => sum + judged.operations, 0);
  const told: Told = {
    noun: "history",
    verdict,
    meaning: `${counted(operations, "operation")} on ${counted(keys.length, "register")}`,
    figures: [
      ["operations", formatCount(operations)],
      ["registers", formatCount(keys.length)],
    ],
    findings: keys.flatMap((judged) => findingOf(report, judged)),
    text: renderLinearize(report, plain),
  };
  const judged: Case = {
    ...{ name: file, outcome: null, request: DEFAULT_REQUEST, justification: null, told },
    file: file === STANDARD_INPUT ? null : file,
    status: STATUSES[verdict],
    complaints: [],
  };
  return {
    command: "quorate linearize",
    summary: headline(report, plain).replace("  ", ": "),
    exitCode,
    cases: [judged],
    comparisons: [],
    text: (paint) => renderLinearize(report, paint),
    json: () => linearizeJson(report),
  };
}

const STATUSES = { linearizable: "passed", refused: "failed", inconclusive: "error" } as const;

function findingOf({ file }: LinearizeReport, judged: KeyJudgement): Finding[] {
  if (judged.verdict === "linearizable") return [];
  const { key, operation } = judged;
  const what = `Register ${key}: ${formatOperation(operation)} by process ${operation.process}: `;
  return [
    {
      rule: judged.verdict === "refused" ? "refused-answer" : "inconclusive",
      at: file === STANDARD_INPUT ? null : { file, line: operation.completed!, column: 1 },
      message: what + whyOdd(judged),
    },
  ];
}

/** Sentences, of which the first goes on after a colon. */
function whyOdd(judged: Exclude<KeyJudgement, { readonly verdict: "linearizable" }>): string {
  const answers = counted(judged.explained, "answer");
  if (judged.verdict === "inconclusive") return `up to here, ${answers} are explained.`;
  const { possible } = judged;
  const holds = possible.slice(0, CONTENTS_SHOWN_MAX).map(formatContent);
  const more = possible.length > holds.length ? `, or one of ${possible.length - holds.length} more` : "";
  return `no order explains it after ${answers}. By then the register can hold ${holds.join(" or ")}${more}.`;
}

function renderLinearize(report: LinearizeReport, paint: Paint): string {
  const odd = report.keys.filter(({ verdict }) => verdict !== "linearizable");
  return [
    `${headline(report, paint)}\n`,
    ...odd.slice(0, KEYS_SHOWN_MAX).map((judged) => keySection(report, judged, paint)),
    sectionOf("Not checked", notChecked(report, odd.length), paint),
  ].join("");
}

function headline({ verdict, file, keys }: LinearizeReport, paint: Paint): string {
  const operations = keys.reduce((sum, judged) => sum + judged.operations, 0);
  const all = `${counted(operations, "operation")} on ${counted(keys.length, "register")}`;
  const count = (of: KeyJudgement["verdict"]) => keys.filter((judged) => judged.verdict === of).length;
  switch (verdict) {
    case "linearizable":
      return `${paint(["bold", "green"], "LINEARIZABLE")}  ${file}: ${all}`;
    case "refused":
      return `${paint(["bold", "red"], "REFUSED")}  ${file}: ${counted(count("refused"), "register")} behaved as none can; ${all}`;
    case "inconclusive":
      return `${paint(["bold", "yellow"], "INCONCLUSIVE")}  ${file}: too much went on at once on ${counted(count("inconclusive"), "register")}; ${all}`;
  }
}

function keySection({ file }: LinearizeReport, judged: KeyJudgement, paint: Paint): string {
  if (judged.verdict === "linearizable") return "";
  const { key, operation } = judged;
  const where = `${file}:${operation.completed}: ${formatOperation(operation)} by process ${operation.process}`;
  const why = sectionOf(`Register ${key}`, [`${where}: ${whyOdd(judged)}`], paint);
  if (judged.verdict === "inconclusive") return why;
  const { smallest } = judged;
  const lines = smallest
    .slice(0, OPERATIONS_SHOWN_MAX)
    .map((part) => `${span(part)}  process ${part.process}  ${formatOperation(part)}`);
  const hidden = smallest.length - lines.length;
  return [
    why,
    `\n${paint("bold", "The smallest history that is refused")}  lines of call and answer; whatever else was done, at any time, would not help\n`,
    lines.map((line) => `  ${line}\n`).join(""),
    hidden > 0 ? `  and ${hidden} more\n` : "",
  ].join("");
}

const span = ({ invoked, completed }: Operation): string =>
  `[${`${invoked}`.padStart(6)}, ${`${completed ?? "…"}`.padStart(6)}]`;

function formatOperation(operation: Operation): string {
  switch (operation.op) {
    case "read":
      return `read ${formatContent(operation.result)}`;
    case "write":
      return `write ${formatContent(operation.args[0])}`;
    case "cas": {
      const [from, to] = operation.args.map(formatContent);
      return `cas ${from} to ${to}${operation.completed !== null && !operation.result ? ", which was not there" : ""}`;
    }
  }
}

const formatContent = (content: Content): string => (content === null ? "nothing" : JSON.stringify(content));

function notChecked({ areFailedCasDropped, keys }: LinearizeReport, odd: number): string[] {
  return [
    ...(odd > KEYS_SHOWN_MAX ? [`${odd - KEYS_SHOWN_MAX} more registers are not shown.`] : []),
    ...(areFailedCasDropped
      ? ["What a compare-and-set that failed has seen: it counts as never made (--failed-cas differs)."]
      : []),
    ...(keys.length > 1 ? ["Operations on several registers together: each is judged by itself."] : []),
    "What no answer tells: a write that nobody reads may be lost.",
  ];
}

/** One object. */
const linearizeJson = ({ file, verdict, keys }: LinearizeReport): string =>
  `${JSON.stringify({ file, verdict, keys })}\n`;
