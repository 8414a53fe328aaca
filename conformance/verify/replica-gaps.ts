import type { ReplicaReport } from "../replay/replay-report.js";
import { counted, formatCount } from "../words/words.js";

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
