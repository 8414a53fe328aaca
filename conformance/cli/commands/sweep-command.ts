/** `quorate sweep`, declared: do the rules and the explorer say the same of every table on few servers? */
import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { seed, wholeNumber } from "../../options/whole-number.js";
import { orExit } from "../../shell/command-error.js";
import type { Terminal } from "../../shell/terminal.js";
import { RANGES_MAX, SERVERS_MAX, SWEPT_ALLOCATIONS, TABLES_MAX } from "../../sweep/request.js";
import { type OutputFlags, withOutputOptions } from "../output/output-options.js";
import type { SweepFlags } from "./sweep.js";

const EXIT_CODES = `
Exit codes:
  0  the rules and the explorer agree on every table
  2  interrupted, or a table was too large to explore: so far they agree
  64 usage   65 the record cannot be used
  70 they contradict each other: the tables are printed
`;

export function registerSweep(program: Command, terminal: Terminal): void {
  const command = program
    .command("sweep")
    .description("examine every quorum table on few servers: the rules hold iff the explorer finds no violation");
  withOutputOptions(declareSweepOptions(command)).action((flags: SweepFlags & OutputFlags) =>
    orExit(async () => {
      const { sweepRequestOf, sweepTables } = await import("./sweep.js");
      const { record = null, format, output: outputs, workers } = flags;
      const request = sweepRequestOf(command, flags);
      process.exitCode = await sweepTables({ request, record, format, outputs, workers }, terminal);
    }),
  );
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
        "which ranges are open (none, the first, all); named: each other one has one client; elected: all, or the first, by votes",
      )
        .choices(SWEPT_ALLOCATIONS)
        .default("exclusive"),
    )
    .option("--gates", "every range but the first waits for a decision in the one before (of random tables: most)")
    .option(
      "--shortest",
      "explore every interleaving and compare the lengths of shortest runs; always so up to 3 servers",
    )
    .addOption(
      new Option("--random <n>", "examine this many random tables, of up to --servers and --ranges, instead of all")
        .argParser(wholeNumber(1, TABLES_MAX))
        .conflicts("shapes"),
    )
    .option("--seed <n>", "which random tables (default: 1)", seed)
    .option("--record <file>", "write a line of JSON a table; given again, go on where the file ends")
    .option("--workers <n>", "how many threads examine", wholeNumber(1, 64), availableParallelism())
    .addHelpText("after", EXIT_CODES);
}
