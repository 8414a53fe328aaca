/** The first line of every report: the verdict, the table, and what it means in a few words. */

import type { Paint } from "../../shell/terminal.js";
import type { Answer, Report, Verdict } from "../../verify/report.js";
import { counted } from "../../words/words.js";
import { fitted } from "../pieces/wrap.js";

const COLOURS = { safe: "green", unsafe: "red", inconclusive: "yellow", diverges: "magenta" } as const;

export const formatVerdict = (verdict: Verdict, paint: Paint, text: string = verdict): string =>
  paint(["bold", COLOURS[verdict]], text);

/** Of an answer, or of a report that has none or that ends otherwise. */
export const renderVerdictLine = (found: Answer | Report, paint: Paint): string =>
  fitted(
    `${formatVerdict(found.verdict, paint, found.verdict.toUpperCase())}  ${found.table.name}  ${verdictMeaning(found)}\n`,
    paint,
  );

/** What the verdict means, in a few words. */
export function verdictMeaning(found: Answer | Report): string {
  const { counterexample } = found;
  switch (found.verdict) {
    case "safe":
      return "no two values can be decided";
    case "unsafe":
      if (counterexample === null) return "a rule is broken";
      return counterexample.property === "agreement"
        ? `${howMany(counterexample.decided.length)} values decided after ${counted(counterexample.length, "step")}`
        : `a value that no client asked for is decided after ${counted(counterexample.length, "step")}`;
    case "inconclusive":
      return found.exploration.stoppedBy ?? "the rules do not answer what was asked";
    case "diverges":
      if (found.replicas !== null) return "the replicas do not reach consensus";
      if (found.divergence === null) return "the implementation does not do what the model does";
      return found.divergence.at < 0
        ? "the implementation differs from the model before the first step"
        : `the implementation differs from the model at step ${found.divergence.at + 1}`;
  }
}

const howMany = (count: number): string => ["no", "one", "two", "three", "four"][count] ?? `${count}`;
