/** What `quorate verify` does. */

import { renderJson } from "../report/json.js";
import { renderOutcomes, renderRest } from "../report/outcomes.js";
import type { Answer } from "../report/report.js";
import { renderAnswer } from "../report/text.js";
import { EXIT, type ExitCode, mostSevere } from "./exit-codes.js";
import { interruptible } from "./interrupt.js";
import { startProgress } from "./progress.js";
import type { Terminal } from "./terminal.js";
import { type Verifier, verifyAll, withVerifier } from "./verify-all.js";
import type { VerifyRequest } from "./verify-options.js";

export interface VerifyJob {
  readonly files: readonly string[];
  readonly format: "text" | "json";
  readonly request: VerifyRequest;
}

/** Ctrl-C ends it early, with what was found. */
export const verify = (job: VerifyJob, terminal: Terminal): Promise<ExitCode> =>
  interruptible((signal) =>
    withVerifier(job.files.length, (verifier) => verifyFiles({ ...job, signal }, terminal, verifier)),
  );

/** Verifies and prints every file, even if some are invalid; gives the exit code of the most severe outcome. */
export async function verifyFiles(
  { files, format, request, signal }: VerifyJob & { readonly signal: AbortSignal },
  terminal: Terminal,
  verifier: Verifier,
): Promise<ExitCode> {
  const progress = startProgress(terminal);
  const streams = format === "text" && files.length === 1;
  const onAnswer = (answer: Answer) => {
    if (!streams) return;
    progress.clear();
    terminal.out(renderAnswer(answer, terminal.paint));
  };
  const options = { ...request, signal, onAnswer, onProgress: progress.report };
  const outcomes = await verifyAll(files, options, verifier, (outcome) => {
    progress.clear();
    if (outcome.kind === "failure") terminal.err(`${outcome.message}\n`);
    if (format === "json") terminal.out(`${renderJson(outcome, request)}\n`);
  });
  if (format === "text")
    terminal.out(
      streams ? renderRest(outcomes, request, terminal.paint) : renderOutcomes(outcomes, request, terminal.paint),
    );
  const skipped = files.slice(outcomes.length);
  if (skipped.length > 0) terminal.err(`Interrupted: ${skipped.join(", ")} not verified.\n`);
  return mostSevere([...outcomes.map(({ exitCode }) => exitCode), ...skipped.map(() => EXIT.inconclusive)]);
}
