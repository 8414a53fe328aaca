/** The first line of every report: the verdict, the table, and what it means in a few words. */

import type { Paint } from "../cli/terminal.js";
import type { Report, Verdict } from "./report.js";
import { counted } from "./words.js";

const COLOURS = { safe: "green", unsafe: "red", inconclusive: "yellow", diverges: "magenta" } as const;

export const formatVerdict = (verdict: Verdict, paint: Paint, text: string = verdict): string =>
  paint(["bold", COLOURS[verdict]], text);

export const renderVerdictLine = (report: Report, paint: Paint): string =>
  `${formatVerdict(report.verdict, paint, report.verdict.toUpperCase())}  ${report.table.name}  ${meaning(report)}\n`;

function meaning(report: Report): string {
  const { exploration, counterexample, divergence, replay } = report;
  switch (report.verdict) {
    case "safe": {
      const replayed = replay === null ? "; the implementation was not replayed" : ", and the implementation agrees";
      return `no two values can be decided${replayed}`;
    }
    case "unsafe":
      if (counterexample === null) return "a rule is broken";
      return counterexample.property === "agreement"
        ? `${howMany(counterexample.decided.length)} values decided after ${counted(counterexample.length, "step")}`
        : `a value that no client asked for is decided after ${counted(counterexample.length, "step")}`;
    case "inconclusive":
      return exploration.stoppedBy ?? "not everything could be checked";
    case "diverges":
      if (divergence === null) return "the implementation does not do what the model does";
      return divergence.at < 0
        ? "the implementation differs from the model before the first step"
        : `the implementation differs from the model at step ${divergence.at + 1}`;
  }
}

const howMany = (count: number): string => ["no", "one", "two", "three", "four"][count] ?? `${count}`;
