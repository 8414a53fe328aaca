/** What `verify` prints as text: one file in full; of several, a matrix and then those in full that are not safe. */

import type { Paint } from "../../shell/terminal.js";
import type { Outcome } from "../../verify/files/outcome.js";
import type { VerifyRequest } from "../../verify/request.js";
import { renderMatrix } from "./matrix.js";
import { renderEvidence, renderReport } from "./text.js";

/** Of a lone file, what is left to say when its answer has been printed. */
export const renderRest = (outcomes: readonly Outcome[], request: VerifyRequest, paint: Paint): string =>
  outcomes
    .map((outcome) => (outcome.kind === "verified" ? renderEvidence(outcome.report, request, paint) : ""))
    .join("");

/** Failures of a lone file are not repeated here: stderr has them. */
export function renderOutcomes(outcomes: readonly Outcome[], request: VerifyRequest, paint: Paint): string {
  const several = outcomes.length > 1;
  const inFull = outcomes
    .filter((outcome) => outcome.kind === "verified")
    .filter(({ report }) => !several || report.verdict !== "safe")
    .map(({ report }) => renderReport(report, request, paint));
  return [...(several ? [renderMatrix(outcomes, paint)] : []), ...inFull].join(`\n${paint("dim", "─".repeat(80))}\n\n`);
}
