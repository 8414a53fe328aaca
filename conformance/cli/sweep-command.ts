/** `quorate sweep`: do the rules and the explorer say the same of every table on few servers? */
import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Selection } from "../../spec/quorum-table.js";
import { type Examiners, startExaminers } from "../sweep/examiners.js";
import {
  explorerFor,
  RANGES_MAX,
  SERVERS_MAX,
  type Shapes,
  type SweepRequest,
  type SweptAllocation,
} from "../sweep/request.js";
import { countTables, sweep, tablesOf } from "../sweep/sweep.js";
import { openSweepFile, type SweepFile, SweepFileError } from "../sweep/sweep-file.js";
import { Tally } from "../sweep/tally.js";
import { EXIT, type ExitCode, mostSevere } from "./exit-codes.js";
import { interruptible } from "./interrupt.js";
import { startProgress } from "./progress.js";
import { renderSweep, sweepProgress, sweepSpeed } from "./render/sweep.js";
import type { Terminal } from "./terminal.js";

/** Beyond, a sweep takes weeks, and its file fills disks. */
const TABLES_MAX = 100_000_000;

const EXIT_CODES = `
Exit codes:
  0  the rules and the explorer agree on every table
  2  interrupted, or a table was too large to explore: so far they agree
  64 usage   65 the output file cannot be used
  70 they contradict each other: the tables are printed
`;

/** As commander hands the options over. */
interface SweepFlags {
  readonly servers: number;
  readonly ranges: number;
  readonly shapes?: Shapes;
  readonly selection: Selection;
  readonly allocation: SweptAllocation;
  readonly shortest?: true;
  readonly random?: number;
  readonly seed?: number;
  readonly output?: string;
  readonly workers: number;
}

export function registerSweep(program: Command, terminal: Terminal): void {
  const command = program
    .command("sweep")
    .description("examine every quorum table on few servers: the rules hold iff the explorer finds no violation");
  declareSweepOptions(command).action(async (flags: SweepFlags) => {
    const request = sweepRequestOf(command, flags);
    const { output = null } = flags;
    const examiners = startExaminers(request.explorer, flags.workers);
    try {
      process.exitCode = await interruptible((signal) => runSweep({ request, output, signal }, terminal, examiners));
    } finally {
      await examiners.close();
    }
  });
}

export function declareSweepOptions(command: Command): Command {
  return command
    .option("--servers <n>", "how many servers a table has", wholeNumber(1, SERVERS_MAX), 3)
    .option("--ranges <n>", "how many ranges of register sets it has", wholeNumber(1, RANGES_MAX), 2)
    .addOption(
      new Option("--shapes <shapes>", "register sets of each range before the last (default: one)").choices([
        "one",
        "ten",
      ]),
    )
    .addOption(
      new Option("--selection <rule>", "how clients pick a value")
        .choices(["greatest", "eager", "strict", "decision-table"])
        .default("greatest"),
    )
    .addOption(
      new Option(
        "--allocation <which>",
        "which ranges are open (none, the first, all); named: each other one has one client",
      )
        .choices(["exclusive", "named", "open-first", "open-first-named", "open"])
        .default("exclusive"),
    )
    .option(
      "--shortest",
      "explore every interleaving and compare the lengths of shortest runs; always so up to 3 servers",
    )
    .addOption(
      new Option("--random <n>", "examine so many random tables of up to so many servers and ranges instead of all")
        .argParser(wholeNumber(1, TABLES_MAX))
        .conflicts("shapes"),
    )
    .option("--seed <n>", "which random tables (default: 1)", wholeNumber(0, 0xffff_ffff))
    .option("--output <file>", "write a line of JSON a table; given again, go on where the file ends")
    .option("--workers <n>", "how many threads examine", wholeNumber(1, 64), availableParallelism())
    .addHelpText("after", EXIT_CODES);
}

export function sweepRequestOf(command: Command, flags: SweepFlags): SweepRequest {
  const {
    servers,
    ranges,
    shapes = "one",
    selection,
    allocation,
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
    explorer: explorerFor(servers, selection, shortest),
    random,
    seed: random === null ? null : (seed ?? 1),
  };
  const count = countTables(request);
  if (count > TABLES_MAX) {
    command.error(
      `error: these are ${count.toLocaleString("en-US")} tables, too many to examine; --random takes a sample`,
    );
  }
  return request;
}

export interface SweepCommand {
  readonly request: SweepRequest;
  /** The file that remembers what was examined; null for none. */
  readonly output: string | null;
  readonly signal: AbortSignal;
}

/**
 * Safe (0) iff every table was examined and the rules agree with the explorer on each. Where they do not, Quorate contradicts
 * itself (70): the table may be safe or not.
 */
export async function runSweep(
  { request, output, signal }: SweepCommand,
  terminal: Terminal,
  examiners: Examiners,
): Promise<ExitCode> {
  const tables = tablesOf(request);
  const tally = new Tally();
  let file: SweepFile | null = null;
  try {
    file = output === null ? null : openSweepFile(output, request, { tables, tally });
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
    terminal.out(renderSweep({ request, output, tally, total: clock.total, isFinished }, terminal.paint));
    return mostSevere([
      ...(tally.disagreementCount > 0 ? [EXIT.internal] : []),
      ...(!isFinished || tally.inconclusive > 0 ? [EXIT.inconclusive] : []),
    ]);
  } catch (error) {
    if (!(error instanceof SweepFileError)) throw error;
    terminal.err(`error: ${error.message}\n`);
    return EXIT.unreadable;
  } finally {
    file?.close();
  }
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    if (/^[0-9]+$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
