/** `quorate check [FILE…]`, declared. */
import type { Command } from "commander";
import { orExit } from "../../shell/command-error.js";
import type { Terminal } from "../../shell/terminal.js";
import { withOutputOptions } from "../output/output-options.js";
import type { CheckFlags } from "./check.js";

const AFTER = `
Examples:
  quorate check                                 every table that quorate.config.yaml names
  quorate check tables/mine.yaml                this one, under the nearest config above it
  quorate check --since origin/main             and what has changed since then
  quorate check --output sarif=quorate.sarif    and a file for code scanning

Exit codes:
  0  every table is as expected, or its open question is accepted until a day that is not over
  1  a table is unsafe and not expected to be, or the other way round
  2  a table is inconclusive and not accepted, or replay covered too little
  3  the implementation diverges
  64 usage   65 the config or a table is not valid   69 an output cannot be written
`;

export function registerCheck(program: Command, terminal: Terminal): void {
  const command = program
    .command("check")
    .description("verify tables as quorate.config.yaml asks, and fail where one is not as it expects")
    .argument("[file...]", "only these tables (left out: all that the config names)")
    .option("--config <file>", "the config (default: the nearest quorate.config.yaml here or above)")
    .option("--since <ref>", "tell what has changed since a commit")
    .option("--baseline <file>", "tell what has changed since a run with --output json=FILE")
    .option("--cache <directory>", "where verdicts are remembered (default: .quorate/cache beside the config)")
    .option("--no-cache", "verify everything anew, and remember nothing")
    .addHelpText("after", AFTER);
  withOutputOptions(command).action((files: string[], flags: CheckFlags) =>
    orExit(async () => {
      const { check } = await import("./check.js");
      process.exitCode = await check(files, flags, terminal);
    }),
  );
}
