/** What was explored, and what was replayed, in a line or two each. */

import type { MessageReplayReport, ReplayedScope, ReplayReport } from "../../replay/replay-report.js";
import type { ExplorationReport } from "../../verify/report.js";
import { variantWords } from "../../words/variant-words.js";
import { counted, formatCount, formatRegisterSets, formatShare } from "../../words/words.js";
import { vacuityWords } from "../pieces/vacuity-words.js";

export function renderExploration(exploration: ExplorationReport): string {
  const { registerSets, values, clients, variant, stoppedBy, representatives, reduced } = exploration;
  const { distinctStates, transitions, depth, vacuity } = exploration;
  const inputs = clients === null ? "free inputs" : counted(clients, "fixed client");
  const sets = `${formatRegisterSets(registerSets)} with ${counted(values, "value")}`;
  const scope = [sets, inputs, ...variantWords(variant)].join(", ");
  const counts = `${counted(distinctStates, "distinct state")}, ${counted(transitions, "transition")}, depth ${depth}`;
  const symmetry =
    representatives === null ? "" : `  by symmetry from ${counted(representatives, "state")}, one of each orbit\n`;
  const reduction = reduced ? "  only interleavings that agreement depends on\n" : "";
  const vacuous =
    vacuity === null
      ? ""
      : vacuityWords(vacuity)
          .map((sentence) => `  ${sentence}\n`)
          .join("");
  return `  ${scope}\n  ${counts}${stoppedBy === null ? ", complete" : ", not complete"}\n${symmetry}${reduction}${vacuous}`;
}

export function renderReplay(replay: ReplayReport): string {
  const { traces, tracesOverTcp, transitionsCovered, transitionsReachable, steps, deeper, agrees, seed, adapter } =
    replay;
  const who = adapter === null ? "the implementation" : `the ${adapter.role} ${adapter.command}`;
  const overTcp = tracesOverTcp === 0 ? "" : `, ${formatCount(tracesOverTcp)} of them over TCP with logs on disk`;
  const share = formatShare(transitionsCovered, transitionsReachable);
  const lines = [
    agrees ? `${who} agrees at every step` : `${who} does not agree`,
    `${counted(traces, "trace")}${overTcp}; ${counted(steps, "step")}; seed ${seed}`,
    `${formatCount(transitionsCovered)} of ${counted(transitionsReachable, "transition")} covered (${share})`,
  ];
  if (deeper !== null) lines.push(...deeperLines(deeper));
  if (adapter !== null) lines.push(...adapter.freedoms.map((freedom) => `it may, and does: ${freedom}`));
  return lines.map((line) => `  ${line}\n`).join("");
}

export function renderMessageReplay(replay: MessageReplayReport): string {
  const steps = replay.divergence?.steps ?? [];
  return renderMessageCounts(replay) + steps.map((step, index) => `  ${index + 1}  ${step}\n`).join("");
}

export function renderMessageCounts(replay: MessageReplayReport): string {
  const { traces, steps, transitionsCovered, transitionsReachable, tracesOverTcp, killsOverTcp, divergence } = replay;
  const lines = [
    divergence === null ? "the implementation agrees at every step" : `the implementation differs: ${divergence.what}`,
    `${counted(traces, "trace")}, ${formatCount(tracesOverTcp)} of them over TCP with ${counted(killsOverTcp, "kill")} of server processes; ${counted(steps, "step")}`,
    `${formatCount(transitionsCovered)} of ${counted(transitionsReachable, "transition")} of the covered part (${formatShare(transitionsCovered, transitionsReachable)}), and a seeded sample of the rest`,
  ];
  return lines.map((line) => `  ${line}\n`).join("");
}

function deeperLines({
  registerSets,
  traces,
  steps,
  transitionsCovered,
  transitionsReachable,
}: ReplayedScope): string[] {
  const covered = transitionsReachable === null ? "" : ` of ${formatCount(transitionsReachable)}`;
  return [
    `one register set deeper (${formatRegisterSets(registerSets)}): ${counted(traces, "trace")}; ${counted(steps, "step")}`,
    `${formatCount(transitionsCovered)}${covered} transitions covered there${covered === "" ? ", a seeded sample" : ""}`,
  ];
}
