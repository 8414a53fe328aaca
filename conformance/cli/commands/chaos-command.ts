/** `quorate chaos`, declared: real servers and clients, and much that goes wrong. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { seed } from "../../options/whole-number.js";
import { orExit } from "../../shell/command-error.js";
import type { Terminal } from "../../shell/terminal.js";
import type { ChaosFlags } from "./chaos.js";

const EXIT_CODES = `
Exit codes:
  0  all outputs agreed, and a wrong table was caught
  1  two outputs, of a table whose rules are broken
  2  nothing was shown: no output, or a wrong table was not caught
  3  two outputs, or a server or client that failed, of a table whose rules hold
  64 usage   65 unreadable or invalid file
`;

export function registerChaos(program: Command, terminal: Terminal): void {
  program
    .command("chaos")
    .description("run servers and clients of a table, kill, pause, cut and fill what can be, and compare the outputs")
    .option("--table <file>", "quorum table (default: three-majority)")
    .option("--minutes <n>", "how long", minutes, 1)
    .option("--seed <n>", "what is tried; when it happens is up to the machine", seed, 1)
    .addOption(new Option("--format <format>", "what is printed").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXIT_CODES)
    .action((flags: ChaosFlags) =>
      orExit(async () => {
        const { chaos } = await import("./chaos.js");
        process.exitCode = await chaos(flags, terminal);
      }),
    );
}

function minutes(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number <= 10_000))
    throw new InvalidArgumentError("It must be a number of minutes, at most 10000.");
  return number;
}
