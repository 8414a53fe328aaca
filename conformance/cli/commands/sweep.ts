/** What `quorate sweep` does. */
import type { Command } from "commander";
import type { Selection } from "../../../spec/quorum-table.js";
import { sweepProgress, sweepSpeed } from "../../report/commands/sweep.js";
import { sweepResults } from "../../report/commands/sweep-results.js";
import type { Format } from "../../report/formats/formats.js";
import { EXIT, type ExitCode, mostSevere } from "../../shell/exit-codes.js";
import { interruptible } from "../../shell/interrupt.js";
import { startProgress } from "../../shell/progress.js";
import type { Terminal } from "../../shell/terminal.js";
import { type Examiners, startExaminers } from "../../sweep/examiners.js";
import {
  EVERY_TABLE_SERVERS_MAX,
  explorerFor,
  type Shapes,
  type SweepRequest,
  type SweptAllocation,
  TABLES_MAX,
} from "../../sweep/request.js";
import { countTables, sweep, tablesOf } from "../../sweep/sweep.js";
import { openSweepFile, type SweepFile, SweepFileError } from "../../sweep/sweep-file.js";
import { Tally } from "../../sweep/tally.js";
import { formatCount } from "../../words/format-count.js";
import type { Output } from "../output/output-options.js";
import { printResults, reserveOutputs, writeOutputs } from "../output/outputs.js";

/** As commander hands the options over. */
export interface SweepFlags {
  readonly servers: number;
  readonly ranges: number;
  readonly shapes?: Shapes;
  readonly selection: Selection;
  readonly allocation: SweptAllocation;
  readonly gates?: true;
  readonly shortest?: true;
  readonly random?: number;
  readonly seed?: number;
  readonly record?: string;
  readonly workers: number;
}

export function sweepRequestOf(command: Command, flags: SweepFlags): SweepRequest {
  const {
    servers,
    ranges,
    shapes = "one",
    selection,
    allocation,
    gates,
    shortest = false,
    random = null,
    seed = null,
  } = flags;
  if (seed !== null && random === null) command.error("error: --seed says which random tables, and needs --random");
  const request: SweepRequest = {
    servers,
    ranges,
    shapes,
    selection,
    allocation,
    ...(gates === true && { gates }),
    explorer: explorerFor({ servers, selection, allocation }, shortest),
    random,
    seed: random === null ? null : (seed ?? 1),
  };
  if (random === null && servers > EVERY_TABLE_SERVERS_MAX) {
    command.error(`error: of ${servers} servers there are too many tables to examine; --random takes a sample`);
  }
  const count = countTables(request);
  if (count > TABLES_MAX) {
    command.error(`error: these are ${formatCount(count)} tables, too many to examine; --random takes a sample`);
  }
  return request;
}

/** Examines in as many threads; Ctrl-C ends it early. */
export async function sweepTables(
  { workers, ...asked }: Omit<SweepCommand, "signal"> & { readonly workers: number },
  terminal: Terminal,
): Promise<ExitCode> {
  const examiners = startExaminers(asked.request.explorer, workers);
  try {
    return await interruptible((signal) => runSweep({ ...asked, signal }, terminal, examiners));
  } finally {
    await examiners.close();
  }
}

export interface SweepCommand {
  readonly request: SweepRequest;
  /** The file that remembers what was examined; null for none. */
  readonly record: string | null;
  readonly format: Format;
  readonly outputs: readonly Output[];
  readonly signal: AbortSignal;
}

/**
 * Safe (0) iff every table was examined and the rules agree with the explorer on each. Where they do not, Quorate
 * contradicts itself (70): the table may be safe or not.
 */
export async function runSweep(
  { request, record, format, outputs, signal }: SweepCommand,
  terminal: Terminal,
  examiners: Examiners,
): Promise<ExitCode> {
  reserveOutputs(outputs);
  const tables = tablesOf(request);
  const tally = new Tally();
  let file: SweepFile | null = null;
  try {
    file = record === null ? null : openSweepFile(record, request, { tables, tally });
    const clock = { total: Number(countTables(request)), before: tally.tables, started_ms: performance.now() };
    const progress = startProgress(terminal);
    const isFinished = await sweep(
      {
        tables,
        tally,
        signal,
        record: (number, swept, examination) => file?.append(number, swept, examination),
        onProgress: () => progress.report(sweepProgress(tally, clock)),
      },
      examiners,
    );
    progress.clear();
    terminal.err(sweepSpeed(tally, clock, examiners.size));
    const exitCode = mostSevere([
      ...(tally.disagreementCount > 0 ? [EXIT.internal] : []),
      ...(!isFinished || tally.inconclusive > 0 ? [EXIT.inconclusive] : []),
    ]);
    const results = sweepResults({ request, record, tally, total: clock.total, isFinished }, exitCode);
    await printResults(results, format, terminal);
    await writeOutputs(outputs, results);
    return exitCode;
  } catch (error) {
    if (!(error instanceof SweepFileError)) throw error;
    terminal.err(`error: ${error.message}\n`);
    return EXIT.unreadable;
  } finally {
    file?.close();
  }
}
