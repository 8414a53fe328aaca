/**
 * Replicas of an adapter, in words: how many runs were tried, and the one in which clients were told what must not be.
 */

import type { ReplicaReport } from "../../replay/replay-report.js";
import type { Paint } from "../../shell/terminal.js";
import { counted, formatCount } from "../../words/words.js";
import { levelLines, planLines, runLines } from "../commands/maelstrom.js";

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
