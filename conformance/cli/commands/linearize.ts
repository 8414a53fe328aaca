/** What `quorate linearize` does. */
import { writeFileSync } from "node:fs";
import { systemReason } from "../../../spec/table-file/system-reason.js";
import { type HistoryJudgement, judgeHistory, type Operation } from "../../history/linearizability.js";
import { porcupineLog } from "../../history/porcupine.js";
import { readHistory } from "../../history/read-history.js";
import { type LinearizeReport, linearizeResults } from "../../report/commands/linearize.js";
import { CommandError } from "../../shell/command-error.js";
import { EXIT, type ExitCode } from "../../shell/exit-codes.js";
import type { Terminal } from "../../shell/terminal.js";
import type { OutputFlags } from "../output/output-options.js";
import { printResults, reserveOutputs, writeOutputs } from "../output/outputs.js";

/** As commander hands the options over. */
export interface LinearizeFlags extends OutputFlags {
  readonly independent?: boolean;
  readonly failedCas: "dropped" | "differs";
  readonly porcupine?: string;
  readonly maxConfigurations?: number;
}

const EXIT_CODES: Readonly<Record<HistoryJudgement["verdict"], ExitCode>> = {
  linearizable: EXIT.safe,
  refused: EXIT.unsafe,
  inconclusive: EXIT.inconclusive,
};

/** Throws TableFileError and CommandError. */
export async function linearize(
  file: string,
  { independent = false, failedCas, porcupine, maxConfigurations, format, output }: LinearizeFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  reserveOutputs(output);
  const operations = readHistory(file, { independent, failedCas });
  if (porcupine !== undefined) exportTo(porcupine, operations);
  const judged = judgeHistory(
    operations,
    maxConfigurations === undefined ? {} : { configurationsMax: maxConfigurations },
  );
  const report: LinearizeReport = { ...judged, file, areFailedCasDropped: failedCas === "dropped" };
  const results = linearizeResults(report, EXIT_CODES[report.verdict]);
  await printResults(results, format, terminal);
  await writeOutputs(output, results);
  return results.exitCode;
}

function exportTo(file: string, operations: readonly Operation[]): void {
  const keys = [...new Set(operations.map(({ key }) => key))];
  for (const [index, key] of keys.entries()) {
    const name = keys.length === 1 ? file : `${file}.${index}`;
    try {
      writeFileSync(name, porcupineLog(operations.filter((operation) => operation.key === key)));
    } catch (error) {
      throw new CommandError(EXIT.unavailable, `cannot write ${name}: ${systemReason(error)}`, { cause: error });
    }
  }
}
