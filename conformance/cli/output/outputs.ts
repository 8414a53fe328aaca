/** Results on their way out: to the terminal, to files, and to the summary of a job. */
import { appendFileSync, closeSync, existsSync, openSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemReason } from "../../../spec/table-file/system-reason.js";
import { type Format, renderResults } from "../../report/formats/formats.js";
import type { Results } from "../../results/results.js";
import { CommandError } from "../../shell/command-error.js";
import { EXIT } from "../../shell/exit-codes.js";
import { makeFolders } from "../../shell/make-folders.js";
import type { Terminal } from "../../shell/terminal.js";
import type { Output } from "./output-options.js";

/** Makes sure that the files can be written, before minutes go by. Throws CommandError. */
export function reserveOutputs(outputs: readonly Pick<Output, "file">[]): void {
  for (const { file } of outputs) {
    orUnavailable(file, () => {
      makeFolders(path.dirname(file));
      const isNew = !existsSync(file);
      closeSync(openSync(file, "a"));
      // Whoever reads it after a failure must not take an empty file for a result.
      if (isNew) unlinkSync(file);
    });
  }
}

/** Throws CommandError where a file cannot be written. */
export async function writeOutputs(outputs: readonly Output[], results: Results): Promise<void> {
  for (const { format, file } of outputs) {
    const text = await renderResults(results, format);
    orUnavailable(file, () => writeFileSync(file, text));
  }
}

/** On GitHub annotations go with a summary of the step, if the job has a file for it. */
export async function printResults(
  results: Results,
  format: Format,
  { out, paint }: Pick<Terminal, "out" | "paint">,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  out(format === "text" ? results.text(paint) : await renderResults(results, format));
  const summary = environment.GITHUB_STEP_SUMMARY;
  if (format !== "github" || !summary) return;
  const text = await renderResults(results, "markdown");
  orUnavailable(summary, () => appendFileSync(summary, text));
}

function orUnavailable(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new CommandError(EXIT.unavailable, `cannot write ${file}: ${systemReason(error)}`, { cause: error });
  }
}
