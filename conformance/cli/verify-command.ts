/** `quorate verify FILE…` */
import type { Command } from "commander";
import { renderJson } from "../report/json.js";
import { renderOutcomes } from "../report/outcomes.js";
import { EXIT, type ExitCode, mostSevere } from "./exit-codes.js";
import { interruptible } from "./interrupt.js";
import type { VerifyTable } from "./outcome.js";
import { startProgress } from "./progress.js";
import type { Terminal } from "./terminal.js";
import { type Verifier, verifyAll, withVerifier } from "./verify-all.js";
import { declareVerifyOptions, requestOf, type VerifyFlags, type VerifyRequest } from "./verify-options.js";

export function registerVerify(program: Command, terminal: Terminal, verifyTable: VerifyTable): void {
  const command = program
    .command("verify")
    .description(
      "judge the rules of quorum tables, explore every interleaving, and replay the implementation against it",
    )
    .argument("<file...>", "quorum table files (YAML or JSON)");
  declareVerifyOptions(command).action(async (files: string[], flags: VerifyFlags) => {
    const request = requestOf(command, flags);
    process.exitCode = await interruptible((signal) =>
      withVerifier(files.length, verifyTable, (verifier) =>
        verifyFiles({ files, format: flags.format, request, signal }, terminal, verifier),
      ),
    );
  });
}

export interface VerifyJob {
  readonly files: readonly string[];
  readonly format: "text" | "json";
  readonly request: VerifyRequest;
  readonly signal: AbortSignal;
}

/** Verifies and prints every file, even if some are invalid; gives the exit code of the most severe outcome. */
export async function verifyFiles(
  { files, format, request, signal }: VerifyJob,
  terminal: Terminal,
  verifier: Verifier,
): Promise<ExitCode> {
  const progress = startProgress(terminal);
  const options = { ...request, signal, onProgress: progress.report };
  const outcomes = await verifyAll(files, options, verifier, (outcome) => {
    progress.clear();
    if (outcome.kind === "failure") terminal.err(`${outcome.message}\n`);
    if (format === "json") terminal.out(`${renderJson(outcome, request)}\n`);
  });
  if (format === "text") terminal.out(renderOutcomes(outcomes, request, terminal.paint));
  const skipped = files.slice(outcomes.length);
  if (skipped.length > 0) terminal.err(`Interrupted: ${skipped.join(", ")} not verified.\n`);
  return mostSevere([...outcomes.map(({ exitCode }) => exitCode), ...skipped.map(() => EXIT.inconclusive)]);
}
