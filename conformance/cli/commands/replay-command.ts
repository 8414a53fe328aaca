/** `quorate replay RUN`, declared. */
import { type Command, Option } from "commander";
import { ADAPTER_TIMEOUT_S, type AdapterFlags, adapterOf, addressProblem } from "../../options/adapter-option.js";
import { wholeNumber } from "../../options/whole-number.js";
import { orExit, usageError } from "../../shell/command-error.js";
import type { Terminal } from "../../shell/terminal.js";

const AFTER = `
Examples:
  quorate export itf my-table.yaml > run.json && quorate replay run.json
  quorate verify --format json my-table.yaml > report.json; quorate replay report.json
  quorate replay trace.itf.json --table my-table.yaml --adapter 'python3 acceptor.py'

Exit codes: 0 the implementation does what the run does, 3 it does not, 65 it is no run of the model.
`;

interface ReplayFlags extends AdapterFlags {
  readonly table?: string;
  readonly format: "text" | "json";
}

export function registerReplay(program: Command, terminal: Terminal): void {
  program
    .command("replay")
    .description("take one run, found here or elsewhere, with the implementation")
    .argument("<file>", "a trace in ITF, a report in JSON, or an unsafe table; - is standard input")
    .option("--table <file>", "of which table it is, where the file does not say, or in place of what it says")
    .option("--adapter <command>", "replay other code than Quorate's, as verify does: a command, or tcp://HOST:PORT")
    .option(
      "--adapter-timeout <seconds>",
      "with --adapter: how long an answer may take",
      wholeNumber(1, 3600),
      ADAPTER_TIMEOUT_S,
    )
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .addHelpText("after", AFTER)
    .action((file: string, flags: ReplayFlags) =>
      orExit(async () => {
        const problem = flags.adapter === undefined ? null : addressProblem(flags.adapter);
        if (problem !== null) throw usageError(problem);
        const { replayFile } = await import("./replay.js");
        const { table = null, format } = flags;
        process.exitCode = await replayFile({ file, table, adapter: adapterOf(flags), format }, terminal);
      }),
    );
}
