/** What `quorate verify` does. */

import type { Format } from "../../report/formats/formats.js";
import { renderJson } from "../../report/verdict/json.js";
import { renderOutcomes, renderRest } from "../../report/verdict/outcomes.js";
import { renderAnswer } from "../../report/verdict/text.js";
import { verdictMeaning } from "../../report/verdict/verdict-line.js";
import { caseOf, type Results, summaryOf } from "../../results/results.js";
import { EXIT, type ExitCode, mostSevere } from "../../shell/exit-codes.js";
import { interruptible } from "../../shell/interrupt.js";
import { startProgress } from "../../shell/progress.js";
import type { Terminal } from "../../shell/terminal.js";
import { notVerified, type Outcome } from "../../verify/files/outcome.js";
import { type Verifier, verifyAll, withVerifier } from "../../verify/files/verify-all.js";
import type { Answer } from "../../verify/report.js";
import type { VerifyRequest } from "../../verify/request.js";
import type { Output } from "../output/output-options.js";
import { printResults, reserveOutputs, writeOutputs } from "../output/outputs.js";

export interface VerifyJob {
  readonly files: readonly string[];
  readonly format: Format;
  readonly outputs: readonly Output[];
  readonly request: VerifyRequest;
}

/** Ctrl-C ends it early, with what was found. Throws CommandError where an output cannot be written. */
export const verify = (job: VerifyJob, terminal: Terminal): Promise<ExitCode> =>
  interruptible((signal) =>
    withVerifier(concurrentFiles(job), (verifier) => verifyFiles({ ...job, signal }, terminal, verifier)),
  );

/** One after the other where there is an adapter: two of it could be in each other's way. */
const concurrentFiles = ({ files, request }: VerifyJob): number => (request.adapter === null ? files.length : 1);

/** Verifies and prints every file, even if some are invalid; gives the exit code of the most severe outcome. */
export async function verifyFiles(
  { files, format, outputs, request, signal }: VerifyJob & { readonly signal: AbortSignal },
  terminal: Terminal,
  verifier: Verifier,
): Promise<ExitCode> {
  const transcript = request.adapter?.transcript ?? null;
  reserveOutputs(transcript === null ? outputs : [...outputs, { file: transcript }]);
  const progress = startProgress(terminal);
  const streams = format === "text" && files.length === 1;
  const onAnswer = (answer: Answer) => {
    if (!streams) return;
    progress.clear();
    terminal.out(renderAnswer(answer, terminal.paint));
  };
  const options = { ...request, onAnswer, onProgress: progress.report };
  const jobs = files.map((file) => ({ file, options }));
  const outcomes = await verifyAll(jobs, signal, verifier, (outcome) => {
    progress.clear();
    if (outcome.kind === "failure") terminal.err(`${outcome.message}\n`);
    // An object as soon as it is there.
    if (format === "json") terminal.out(`${renderJson(outcome, request)}\n`);
  });
  const skipped = files.slice(outcomes.length);
  if (skipped.length > 0) terminal.err(`Interrupted: ${skipped.join(", ")} not verified.\n`);
  const results = verifyResults(outcomes, skipped, request);
  if (streams) terminal.out(renderRest(outcomes, request, terminal.paint));
  else if (format !== "json") await printResults(results, format, terminal);
  await writeOutputs(outputs, results);
  return results.exitCode;
}

/** What came of the files, to be rendered; `skipped`: those whose turn did not come. */
export function verifyResults(
  outcomes: readonly Outcome[],
  skipped: readonly string[],
  request: VerifyRequest,
): Results {
  const cases = [...outcomes, ...skipped.map(notVerified)].map((outcome) => caseOf(outcome, request));
  const [only, ...others] = outcomes;
  const isLone = only?.kind === "verified" && others.length === 0 && skipped.length === 0;
  return {
    command: "quorate verify",
    summary: isLone
      ? `${only.report.table.name} is ${only.report.verdict}: ${verdictMeaning(only.report)}`
      : summaryOf(cases),
    exitCode: mostSevere([...outcomes.map(({ exitCode }) => exitCode), ...skipped.map(() => EXIT.inconclusive)]),
    cases,
    comparisons: [],
    text: (paint) => renderOutcomes(outcomes, request, paint),
    json: () => outcomes.map((outcome) => `${renderJson(outcome, request)}\n`).join(""),
  };
}
