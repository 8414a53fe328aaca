/**
 * What `chaos` prints: whether all outputs agreed, what was done to servers, clients and messages, and how fast it was.
 */
import type { ChaosResult } from "../../chaos/chaos.js";
import { FAULTS } from "../../chaos/faults.js";
import type { Paint } from "../../shell/terminal.js";
import { counted, formatCount } from "../../words/words.js";
import { sectionOf } from "../pieces/section.js";

export interface ChaosReport extends ChaosResult {
  readonly table: string;
  readonly seed: number;
  /** The command that does the same again. */
  readonly reproduce: string;
}

export type ChaosVerdict = "agree" | "disagree" | "diverges" | "inconclusive";

/**
 * `disagree`: two outputs of a table whose rules are broken; `diverges`: of one whose rules hold, or something else
 * that must not be.
 */
export function chaosVerdict({
  rules,
  findings,
  outputs,
  caughtWrongTableAfter,
  isInterrupted,
}: ChaosResult): ChaosVerdict {
  if (rules === "broken" && findings.some(({ kind }) => kind === "disagreement")) return "disagree";
  if (findings.length > 0) return "diverges";
  if (rules === "broken" || outputs === 0) return "inconclusive";
  return caughtWrongTableAfter === null && !isInterrupted ? "inconclusive" : "agree";
}

export function renderChaos(report: ChaosReport, paint: Paint): string {
  const section = (heading: string, lines: readonly string[]) =>
    lines.length === 0 ? "" : sectionOf(heading, lines, paint);
  return [
    `${headline(report, paint)}\n`,
    section(
      "Found",
      report.findings.map(
        ({ round, sentence, directory }) => `round ${round}: ${sentence}; its data is in ${directory}`,
      ),
    ),
    `\n${paint("bold", "Done to them")}\n${faultLines(report)
      .map((line) => `  ${line}\n`)
      .join("")}`,
    section("Speed", speedLines(report)),
    section("Would it have been noticed?", [sensitivityLine(report)]),
    section("Not covered", [
      "Chance decides what meets what: another run may find what this one did not. What follows from the rules is for verify to say.",
    ]),
    `\n${paint("bold", "Again")}\n  ${report.reproduce}\n`,
  ].join("");
}

function headline(report: ChaosReport, paint: Paint): string {
  const { table, rules, outputs, rounds, isInterrupted } = report;
  const much = `${counted(outputs, "output")} in ${counted(rounds, "round")}`;
  switch (chaosVerdict(report)) {
    case "agree":
      return `${paint(["bold", "green"], "AGREE")}  ${table}: ${much}, one value a round${isInterrupted ? "; interrupted" : ""}`;
    case "disagree":
      return `${paint(["bold", "red"], "DISAGREE")}  ${table}: two outputs in one round, as its broken rules let one expect; ${much}`;
    case "diverges":
      return `${paint(["bold", "magenta"], "DIVERGES")}  ${table}: ${rules === "hold" ? "its rules hold, and yet something went wrong" : "something went wrong that its broken rules do not explain"}; ${much}`;
    case "inconclusive":
      return `${paint(["bold", "yellow"], "INCONCLUSIVE")}  ${table}: ${why(report)}; ${much}`;
  }
}

function why({ rules, outputs, isInterrupted }: ChaosReport): string {
  if (rules === "broken") return "its rules are broken, and yet no two outputs were seen";
  if (outputs === 0) return isInterrupted ? "interrupted before there was any output" : "there was no output at all";
  return "all outputs agree, but so did those of a wrong table";
}

const faultLines = ({ counts }: ChaosReport): string[] =>
  [...counts].map(([fault, count]) => `${formatCount(count).padStart(6)}  ${fault.padEnd(15)}  ${FAULTS[fault]}`);

function speedLines({ outputs, seconds, latencies_ms }: ChaosReport): string[] {
  if (outputs === 0) return [];
  const at = (share: number) => `${quantile(latencies_ms, share)} ms`;
  return [
    `${(outputs / seconds).toFixed(1)} outputs a second over ${Math.round(seconds)} s`,
    `from the start of a client's process to its end: median ${at(0.5)}, 99 of 100 within ${at(0.99)}, slowest ${at(1)}`,
  ];
}

/** Of ascending numbers, rounded; null for none. */
const quantile = (ascending: readonly number[], share: number): number | null =>
  ascending.length === 0 ? null : Math.round(ascending[Math.floor(share * (ascending.length - 1))]!);

function sensitivityLine({ caughtWrongTableAfter: rounds, findings, isInterrupted }: ChaosReport): string {
  if (rounds !== null)
    return `Yes: with quorums of any one server the same harm led to two outputs within ${counted(rounds, "round")}.`;
  if (findings.length > 0) return "Something was.";
  return isInterrupted
    ? "Not tried: interrupted."
    : "Not shown: with quorums of any one server all outputs agreed, too.";
}

/** Counts by the faults' names; latencies as the quantiles that the text tells. */
export function chaosJson(report: ChaosReport): string {
  const { table, seed, rules, rounds, outputs, seconds, latencies_ms, counts, findings } = report;
  const at = (share: number) => quantile(latencies_ms, share);
  return `${JSON.stringify({
    ...{ verdict: chaosVerdict(report), table, rules, seed, rounds, outputs, seconds: Math.round(seconds) },
    latency_ms: { median: at(0.5), p99: at(0.99), max: at(1) },
    faults: Object.fromEntries(counts),
    findings,
    ...{
      caughtWrongTableAfter: report.caughtWrongTableAfter,
      isInterrupted: report.isInterrupted,
      reproduce: report.reproduce,
    },
  })}\n`;
}

/** One line for stderr while it goes on. */
export const chaosProgress = ({ rounds, outputs, seconds }: ChaosResult, of_s: number): string =>
  `chaos: ${Math.round(seconds)} of ${Math.round(of_s)} s, ${counted(outputs, "output")} in ${counted(rounds, "round")}, no two that differ`;
