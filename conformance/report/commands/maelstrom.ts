/** What `maelstrom` prints: what was searched, and the run that breaks what is promised. */

import type { MaelstromProgress, MaelstromResult, ShownRun } from "../../maelstrom/maelstrom.js";
import type { Deviation, Plan } from "../../maelstrom/plan.js";
import { storyOf } from "../../maelstrom/story.js";
import type { Workload } from "../../maelstrom/workloads/workload.js";
import { drawLanes } from "../../sequence/lanes.js";
import type { Paint } from "../../shell/terminal.js";
import { counted, formatCount } from "../../words/words.js";
import { sectionOf } from "../pieces/section.js";

export interface MaelstromReport extends MaelstromResult {
  readonly workload: Workload;
  readonly command: string;
  readonly nodes: readonly string[];
  readonly crashes: boolean;
  readonly duplicates: boolean;
  /** Of the script. */
  readonly length: number;
  /** The command that does the same again. */
  readonly reproduce: string;
}

export type MaelstromVerdict = "violated" | "nothing-found" | "inconclusive";

/** `nothing-found` of a search that got through every plan of one deviation, at least. */
export function maelstromVerdict({ broken, levels, requests }: MaelstromResult): MaelstromVerdict {
  if (broken !== null) return "violated";
  if (requests.answered === 0) return "inconclusive";
  const isSearched = levels.some(({ deviations, plans, played }) => deviations === 1 && plans === played);
  return isSearched ? "nothing-found" : "inconclusive";
}

export function renderMaelstrom(report: MaelstromReport, paint: Paint): string {
  const { shown, broken, nodes, reproduce } = report;
  const section = (heading: string, lines: readonly string[]) =>
    lines.length === 0 ? "" : sectionOf(heading, lines, paint);
  return [
    `${headline(report, paint)}\n`,
    shown === null ? "" : runLines(shown, nodes, paint),
    broken === null
      ? ""
      : section("What was different from a calm run", planLines(broken.plan.deviations, report.length)),
    section("Searched", searchedLines(report)),
    section("Not explored", notExplored(report)),
    `\n${paint("bold", "Again")}\n  ${reproduce}\n`,
  ].join("");
}

function headline(report: MaelstromReport, paint: Paint): string {
  const { workload, command, shown } = report;
  const subject = `${workload.name}  ${command}`;
  switch (maelstromVerdict(report)) {
    case "violated":
      return `${paint(["bold", "red"], "VIOLATED")}  ${subject}\n  ${shown!.violation!.sentence}`;
    case "nothing-found":
      return `${paint(["bold", "green"], "NOTHING FOUND")}  ${subject}\n  In every run that was tried, ${workload.promise}.`;
    case "inconclusive":
      return `${paint(["bold", "yellow"], "INCONCLUSIVE")}  ${subject}\n  ${whyInconclusive(report)}`;
  }
}

const whyInconclusive = ({ requests, levels }: MaelstromReport): string =>
  requests.answered === 0 && levels.some(({ played }) => played > 0)
    ? "No request was ever answered, so that nothing was shown."
    : "The search ended before every plan of one deviation was tried.";

/** Of a run that is shown, whether it was searched or only taken again. */
export function runLines(
  shown: Pick<ShownRun, "steps" | "exchanges"> & { readonly isShortened?: boolean },
  nodes: readonly string[],
  paint: Paint,
): string {
  const { steps, exchanges, isShortened } = shown;
  const heading = isShortened === false ? "The run, as it was found" : "The run";
  const lanes = drawLanes(storyOf(steps, exchanges, nodes), paint.wide ? Number.POSITIVE_INFINITY : paint.columns - 2);
  return `\n${paint("bold", heading)}  ${counted(steps.length, "step")}; the rest of what was sent never arrives\n${lanes
    .map((line) => `  ${line}\n`)
    .join("")}`;
}

/** @param length how many requests the script has: what comes after them is the end */
export const planLines = (deviations: Plan["deviations"], length: number): string[] =>
  deviations.map((deviation) => deviationLine(deviation, length));

function deviationLine(deviation: Deviation, length: number): string {
  const request = (interval: number) => (interval < length ? `request ${interval + 1}` : "the end");
  switch (deviation.kind) {
    case "cut": {
      const { nodes, from, to } = deviation;
      const until = from === to ? request(from) : `requests ${from + 1} to ${to + 1}`;
      return `${nodes.join(" and ")} cut off from the others during ${until}`;
    }
    case "late": {
      const { src, dest, from, to } = deviation;
      return `the first message from ${src} to ${dest} of ${request(from)} late: it comes before ${request(to)}`;
    }
    case "lost":
      return `the first message from ${deviation.src} to ${deviation.dest} of ${request(deviation.from)} lost`;
    case "again": {
      const { src, dest, from, to } = deviation;
      return `the first message from ${src} to ${dest} of ${request(from)} again: it comes once more before ${request(to)}`;
    }
    case "stale":
      return `what ${deviation.node} reads from seq-kv ${deviation.from < length ? `during ${request(deviation.from)}` : "in the end"} is what it knew before`;
    case "hurry":
      return `${deviation.node}'s clock ahead of the others before ${request(deviation.from)}`;
    case "at":
      return `${request(deviation.from)} sent to ${deviation.node}`;
    case "overlap":
      return `${request(deviation.from)} not waited for`;
    case "crash":
      return `${deviation.node} killed and started again before ${request(deviation.from)}`;
  }
}

function searchedLines({ levels, differentRuns, requests, seconds, realTime }: MaelstromReport): string[] {
  const { answered, failed, unknown } = requests;
  return [
    ...levelLines(levels),
    `${counted(differentRuns, "different run")} in ${seconds.toFixed(1)} s; of all requests ${formatCount(answered)} were answered, ${formatCount(failed)} refused, and of ${formatCount(unknown)} nobody knows`,
    realTime === null
      ? "nodes go by a clock that Quorate sets: what they wait for comes when the plan says"
      : `nodes go by the clock of the machine: time-outs are real (${realTime})`,
  ];
}

/** How many plans were played, of those that are known. */
export const levelLines = (levels: MaelstromResult["levels"]): string[] =>
  levels.map(({ deviations, plans, played }) => {
    const all =
      played === plans ? `all ${counted(plans, "plan")}` : `${formatCount(played)} of ${counted(plans, "plan")}`;
    return `${counted(deviations, "deviation")}: ${all}`;
  });

function notExplored({ levels, crashes, duplicates, workload, isInterrupted }: MaelstromReport): string[] {
  const { deviations } = levels.at(-1)!;
  return [
    ...(isInterrupted ? ["interrupted"] : []),
    `more than ${counted(deviations, "deviation")}`,
    `other scripts of requests; values and keys but a few`,
    ...(crashes ? [] : ["nodes that are killed and start again (--crashes)"]),
    ...(workload.atTheEnd === null ? [] : ["what is true before the network is well again"]),
    ...(duplicates ? [] : ["messages that come twice, which Maelstrom's network does not send (--duplicates)"]),
  ];
}

export function maelstromProgress(progress: MaelstromProgress): string {
  if (progress.kind === "shortening") return `shortening: ${progress.steps} steps, tried ${progress.tries}`;
  const { result, seconds } = progress;
  const played = result.levels.reduce((sum, level) => sum + level.played, 0);
  const levels = result.levels.map((level) => `${formatCount(level.played)} of ${formatCount(level.plans)}`);
  return `plans with 0, 1, … deviations: ${levels.join(", ")}; ${(played / seconds).toFixed(1)} runs/s`;
}

/** One object a line. */
export function maelstromJson(report: MaelstromReport): string {
  const { workload, command, nodes, levels, differentRuns, requests, seconds, realTime, shown, broken } = report;
  return `${JSON.stringify({
    ...{ command, workload: workload.name, nodes, verdict: maelstromVerdict(report) },
    ...{ levels, differentRuns, requests, seconds, realTime, isInterrupted: report.isInterrupted },
    violation: shown?.violation ?? null,
    deviations: broken?.plan.deviations ?? null,
    run: shown === null ? null : { isShortened: shown.isShortened, steps: shown.steps },
    notExplored: notExplored(report),
    reproduce: report.reproduce,
  })}\n`;
}

/** A run that was taken again. */
export interface ReplayedReport extends ShownRun {
  readonly workload: Workload;
  readonly command: string;
  readonly nodes: readonly string[];
  /** Steps of the file that could not be taken. */
  readonly left: number;
}

export function renderReplayed(report: ReplayedReport, paint: Paint): string {
  const { workload, command, violation, nodes, left } = report;
  const headline =
    violation === null
      ? `${paint(["bold", "green"], "NOT VIOLATED")}  ${workload.name}  ${command}\n  In this run, ${workload.promise}.`
      : `${paint(["bold", "red"], "VIOLATED")}  ${workload.name}  ${command}\n  ${violation.sentence}`;
  const leftOut = `${counted(left, "step")} of the file could not be taken: these nodes did not send such messages.`;
  return [
    `${headline}\n`,
    runLines(report, nodes, paint),
    sectionOf("Not explored", [...(left === 0 ? [] : [leftOut]), "any other run"], paint),
  ].join("");
}

export function replayedJson({ workload, command, nodes, violation, left, steps }: ReplayedReport): string {
  return `${JSON.stringify({ command, workload: workload.name, nodes, violation, left, steps })}\n`;
}
