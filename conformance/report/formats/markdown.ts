/**
 * Markdown for the summary of a job, or for a comment: what it comes to, a line for every case, and in full what is not
 * as it should be.
 */
import { stateAfter } from "../../../spec/run.js";
import { formatPosition } from "../../../spec/source-position.js";
import type { Case, CaseStatus, Comparison, Results, Told } from "../../results/results.js";
import { plain } from "../../shell/terminal.js";
import type { Report } from "../../verify/report.js";
import { counted, formatCount, formatShare } from "../../words/words.js";
import { renderDecisions } from "../pieces/state-picture.js";
import { renderSteps } from "../pieces/steps.js";
import { renderDivergence } from "../verdict/divergence.js";
import { renderReplicaRun } from "../verdict/replicas.js";
import { reproduceCommand } from "../verdict/reproduce.js";
import { verdictMeaning } from "../verdict/verdict-line.js";
import { annotationsOf } from "./annotations.js";

/** GitHub takes no larger summary of a step than 1 MiB; this leaves room for what other tools say. */
const LENGTH_MAX = 900_000;

const MARKS: Readonly<Record<CaseStatus, string>> = { passed: "✅", accepted: "☑️", failed: "❌", error: "❌" };

export function renderMarkdown({ command, summary, cases, comparisons }: Results, lengthMax = LENGTH_MAX): string {
  const head = `## ${MARKS[worst(cases)]} ${escaped(command)}: ${escaped(summary)}\n\n${matrix(cases)}${comparisons.map(compared).join("")}`;
  const inFull = cases.filter(({ status }) => status !== "passed").map((judged) => details(judged));
  const kept = fitting(inFull, lengthMax - head.length);
  const left = inFull.length - kept.length;
  return [head, ...kept, ...(left === 0 ? [] : [`\n${counted(left, "more table")} not shown in full.\n`])].join("");
}

function compared({ since, changes }: Comparison): string {
  const lines = changes.length === 0 ? ["nothing that is compared"] : changes;
  return `\n### Changed since ${escaped(since)}\n\n${lines.map((line) => `- ${escaped(line)}\n`).join("")}`;
}

const worst = (cases: readonly Case[]): CaseStatus =>
  (["error", "failed"] as const).find((status) => cases.some((judged) => judged.status === status)) ?? "passed";

/** The first of them, as long as they are not too long together. */
function fitting(texts: readonly string[], lengthMax: number): string[] {
  const kept: string[] = [];
  let length = 0;
  for (const text of texts) {
    length += text.length;
    if (length > lengthMax) break;
    kept.push(text);
  }
  return kept;
}

function matrix(cases: readonly Case[]): string {
  const rows = cases.map((judged) => `| ${MARKS[judged.status]} | ${cells(judged).join(" | ")} |\n`);
  const told = cases.find((judged) => judged.told !== undefined)?.told;
  const headings = told?.figures.map(([heading]) => heading) ?? ["states", "transitions", "shortest run", "replayed"];
  return `| | ${told?.noun ?? "table"} | verdict | ${headings.join(" | ")} |\n|---|---|---|${headings.map(() => "--:|").join("")}\n${rows.join("")}`;
}

function cells({ name, outcome, told }: Case): string[] {
  if (told !== undefined) {
    return [escaped(name), told.verdict, ...told.figures.map(([, figure]) => figure)];
  }
  if (outcome === null) return [escaped(name), "", "", "", "", ""];
  if (outcome.kind === "failure") return [code(name), "none", "", "", "", ""];
  const { verdict, exploration, counterexample, replay, replicas } = outcome.report;
  return [
    escaped(name),
    verdict,
    formatCount(exploration.distinctStates),
    formatCount(exploration.transitions),
    counterexample === null ? "" : formatCount(counterexample.length),
    replicas !== null
      ? "runs"
      : replay === null
        ? "no"
        : formatShare(replay.transitionsCovered, replay.transitionsReachable),
  ];
}

function details(judged: Case): string {
  const { name, status, outcome, request, justification, told } = judged;
  const report = outcome?.kind === "verified" ? outcome.report : null;
  const meaning = meaningOf(report, told);
  const places = annotationsOf(judged).map(
    ({ at, rule, message, related }) =>
      `- **${rule}** ${at === null ? "" : `${code(formatPosition(at))} `}${escaped(message)}\n${related
        .map(({ at, message }) => `  - ${code(formatPosition(at))} ${escaped(message)}\n`)
        .join("")}`,
  );
  return [
    `\n### ${MARKS[status]} ${escaped(name)}${meaning}\n\n`,
    justification === null ? "" : `Accepted: ${escaped(justification)}\n\n`,
    ...places,
    report === null ? "" : pictures(report),
    told === undefined ? "" : fenced(told.text),
    report === null ? "" : `\nReproduce: ${code(reproduceCommand(report.file, request))}\n`,
  ].join("");
}

function meaningOf(report: Report | null, told: Told | undefined): string {
  if (told !== undefined) return `: ${told.verdict}, ${escaped(told.meaning)}`;
  return report === null ? "" : `: ${report.verdict}, ${escaped(verdictMeaning(report))}`;
}

/** The registers after the run, and the run itself to unfold. */
function pictures({ table, divergence, replicas, counterexample, exploration, notExplored, proof }: Report): string {
  const { servers } = table;
  const { registerSets } = exploration;
  const gaps = folded("Not explored", `${notExplored.map((gap) => `- ${escaped(gap)}\n`).join("")}`);
  if (divergence !== null) return fenced(renderDivergence(divergence, servers, plain)) + gaps;
  if (replicas !== null && !replicas.agrees)
    return fenced(renderReplicaRun({ ...replicas, servers }, plain).trimStart()) + gaps;
  if (counterexample === null) return gaps;
  const { steps } = counterexample;
  return [
    "\nRegisters after the run, deciding quorums in brackets:\n",
    fenced(renderDecisions(table, stateAfter(servers, registerSets, steps), plain)),
    folded(
      `${proof?.by === "run" && proof.shortest ? "Shortest run" : "Run"}, ${counted(steps.length, "step")}`,
      fenced(renderSteps({ servers, registerSets, steps }, plain)).trimStart(),
    ),
    gaps,
  ].join("");
}

const folded = (summary: string, body: string): string =>
  `\n<details><summary>${summary}</summary>\n\n${body}\n</details>\n`;

/** Longer than any fence inside it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `\n${fence}text\n${text}${fence}\n`;
}

/** Marks of markdown and HTML as they are; one line stays one line. */
const escaped = (text: string): string =>
  text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_{}[\]<>#|~&]/g, String.raw`\$&`);

/** A table's cell ends at a bar even inside code. */
function code(text: string): string {
  const ticks = text.includes("`") ? "``" : "`";
  return `${ticks}${text.replaceAll("|", String.raw`\|`)}${ticks}`;
}
