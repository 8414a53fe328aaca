/** Verdicts on systems, as people read them. */
import type { Answer, Question, Verdict } from "../../../model/questions/index.js";
import type { Paint } from "../../shell/terminal.js";

const COLOURS: Record<Verdict, Parameters<Paint>[0]> = {
  holds: "green",
  solvable: "green",
  broken: "red",
  impossible: "red",
  stuck: "yellow",
  inconclusive: "yellow",
};

export const paintedVerdict = (verdict: Verdict, text: string, paint: Paint): string =>
  paint(["bold", COLOURS[verdict] as "red"], text);

/** What was asked, as a clause. */
export const QUESTION_WORDS: Record<Question["ask"], string> = {
  invariant: "does every property hold in every state?",
  stuck: "does the goal stay within reach?",
  valence: "which outcomes are still possible?",
  lasso: "does every fair run reach the goal?",
  similarity: "can any protocol of this depth do it?",
  refines: "is every step one of the more abstract model, or none?",
};

/** What is so, where the verdict is none that one would wish; null where it is. */
export function badNewsOf({ ask, verdict, property }: Answer): string | null {
  if (property === null || verdict === "holds" || verdict === "solvable" || verdict === "inconclusive") return null;
  switch (ask) {
    case "stuck":
      return `out of reach is "${property}"`;
    case "lasso":
      return `never reached is "${property}"`;
    case "similarity":
      return "no value is right for all views of one component";
    default:
      return property;
  }
}

/** Steps to the harm: of a lasso, the way to its cycle and the cycle. */
export function lengthWords({ run, cycle }: Answer): string {
  if (run === null) return "";
  return cycle === null ? `${run.length}` : `${run.length} + ${cycle.length}`;
}
