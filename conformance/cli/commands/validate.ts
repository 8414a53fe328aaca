/** What `quorate validate` does. */
import { loadTable } from "../../../spec/table-file.js";
import { type ValidateReport, validateResults } from "../../report/commands/validate.js";
import { usageError } from "../../shell/command-error.js";
import { EXIT, type ExitCode } from "../../shell/exit-codes.js";
import { interruptible } from "../../shell/interrupt.js";
import { startProgress } from "../../shell/progress.js";
import type { Terminal } from "../../shell/terminal.js";
import { CannotBeJudged } from "../../validate/cannot-be-judged.js";
import type { HiddenKind } from "../../validate/hidden-steps.js";
import { validateProgress } from "../../validate/progress-line.js";
import { type ValidateOptions, type Validation, validateLog } from "../../validate/validate.js";
import type { OutputFlags } from "../output/output-options.js";
import { printResults, reserveOutputs, writeOutputs } from "../output/outputs.js";

/** As commander hands the options over. */
export interface ValidateFlags extends OutputFlags {
  readonly hidden?: readonly HiddenKind[];
  readonly skew: number;
  readonly maxStates?: number;
  readonly writesFreeze?: boolean;
  readonly freeze: "row" | "register";
}

const EXIT_CODES: Readonly<Record<Validation["verdict"], ExitCode>> = {
  explained: EXIT.safe,
  refused: EXIT.unsafe,
  inconclusive: EXIT.inconclusive,
};

/** Throws TableFileError and CommandError. */
export function validate(
  file: string,
  logs: readonly string[],
  flags: ValidateFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const table = loadTable(file);
  const { hidden = [], skew, maxStates, freeze, writesFreeze = false, format, output } = flags;
  reserveOutputs(output);
  return interruptible(async (signal) => {
    const progress = startProgress(terminal);
    const options: ValidateOptions = {
      variant: { freezes: freeze, writesFreezeBelow: writesFreeze },
      hidden: new Set(hidden),
      skew,
      signal,
      onProgress: (figures) => progress.report(validateProgress(table.name, figures)),
      ...(maxStates === undefined ? {} : { statesMax: maxStates }),
    };
    const validation = await validated(() => validateLog(table, logs, options)).finally(() => progress.clear());
    const report: ValidateReport = {
      ...validation,
      ...{ hiddenKinds: hidden, file },
    };
    const results = validateResults(report, EXIT_CODES[report.verdict]);
    await printResults(results, format, terminal);
    await writeOutputs(output, results);
    return results.exitCode;
  });
}

async function validated(work: () => Promise<Validation>): Promise<Validation> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CannotBeJudged) throw usageError(error.message);
    throw error;
  }
}
