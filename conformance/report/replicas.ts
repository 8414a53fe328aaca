/** Replicas of an adapter, in words: how many runs were tried, and the one in which clients were told what must not be. */
import type { Paint } from "../cli/terminal.js";
import type { SearchResult } from "../maelstrom/search.js";
import { levelLines, planLines, runLines } from "./maelstrom.js";
import type { ReplicaReport } from "./report.js";
import { counted, formatCount } from "./words.js";

export function renderReplicas(report: ReplicaReport): string {
  const { command, levels, drawn, differentRuns, requests, seed } = report;
  const { answered, failed, unknown } = requests;
  const lines = [
    `the replica ${command} ${whatItDoes(report)}`,
    ...levelLines(levels).map((line) => `plans with ${line}`),
    `${counted(differentRuns, "different run")} of these; of all requests ${formatCount(answered)} were answered, ${formatCount(failed)} refused, and of ${formatCount(unknown)} nobody knows`,
    `${counted(drawn, "run")} drawn by chance; seed ${seed}`,
  ];
  return lines.map((line) => `  ${line}\n`).join("");
}

function whatItDoes({ agrees, levels }: ReplicaReport): string {
  if (!agrees) return "does not agree";
  // An interruption may come before the first run.
  if (levels[0]!.played === 0) return "was not tried";
  return "agrees in every run: what clients were told is one value, which was proposed";
}

/** The run that shows a difference, and what makes it so; nothing where there is none. */
export function renderReplicaRun({ divergence, servers }: ShownReplicas, paint: Paint): string {
  if (divergence === null) return "";
  const { run, isShortened, deviations } = divergence;
  const different = differencesOf(deviations);
  const bullets = different.map((line) => `  ${line}\n`).join("");
  return `${runLines({ ...run, isShortened }, servers, paint)}\n${paint("bold", "What was different from an undisturbed run")}\n${bullets}`;
}

function differencesOf(deviations: NonNullable<ReplicaReport["divergence"]>["deviations"]): string[] {
  if (deviations === null) return ["everything: it was drawn by chance"];
  return deviations.length === 0 ? ["nothing"] : planLines(deviations, Number.POSITIVE_INFINITY);
}

type ShownReplicas = Pick<ReplicaReport, "divergence"> & { readonly servers: readonly string[] };

/** What the runs leave open: sentences. */
export function replicaGaps({ levels, drawn, crashes, duplicates, stoppedBy, divergence }: ReplicaReport): string[] {
  if (divergence !== null) return ["The search stopped at the first run that differs: what else differs is not known."];
  const [played, known] = (["played", "plans"] as const).map((which) =>
    levels.reduce((sum, level) => sum + level[which], 0),
  ) as [number, number];
  const why = { time: ": it stopped at its bound on time", interrupted: ": it was interrupted" };
  const kinds = [
    "nodes cut off",
    "messages late or lost",
    "clocks ahead",
    "requests at other nodes, or several at once",
  ];
  return [
    `Only what clients are told was compared: what replicas hold, when they answer, and whether their quorums are those of the table was not.`,
    `Of ${counted(known, "plan")} that are known, ${formatCount(played)} were run, and ${counted(drawn, "run")} drawn by chance${stoppedBy === null ? "" : why[stoppedBy]}. A plan has up to ${counted(levels.length - 1, "deviation")} from an undisturbed run: ${[...kinds, ...(crashes ? ["crashes"] : []), ...(duplicates ? ["messages that come twice"] : [])].join(", ")}.`,
    `${duplicates ? "More" : "Messages that come twice, more"} requests, and values of awkward lengths and characters were not tried.`,
    ...(crashes
      ? []
      : ["Crashes were not tried: the adapter does not crash, and Quorate cannot kill its nodes one by one."]),
  ];
}

export function replicaProgress({ levels }: SearchResult, drawn: number): string {
  const plans = levels.map(({ played, plans }) => `${formatCount(played)} of ${formatCount(plans)}`).join(", ");
  return `replicas: plans with 0, 1, … deviations: ${plans}; ${counted(drawn, "run")} drawn by chance`;
}
