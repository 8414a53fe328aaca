/** `quorate linearize HISTORY`, declared. */
import { type Command, Option } from "commander";
import { wholeNumber } from "../../options/whole-number.js";
import { orExit } from "../../shell/command-error.js";
import type { Terminal } from "../../shell/terminal.js";
import { withOutputOptions } from "../output/output-options.js";
import type { LinearizeFlags } from "./linearize.js";

const AFTER = `
Exit codes:
  0  linearizable
  1  refused: the first answer that no order explains, and the smallest history that shows it
  2  inconclusive: more went on at once than may be remembered
  64 usage   65 the file cannot be read, or is no history   69 an output cannot be written

Examples:
  quorate linearize history.edn                     reads, writes and compare-and-sets of one register
  quorate linearize --independent store/latest/history.edn
  quorate linearize history.json --porcupine history.log
`;

export function registerLinearize(program: Command, terminal: Terminal): void {
  const command = program
    .command("linearize")
    .description("judge what clients were told by registers that they share: is the history linearizable?")
    .argument(
      "<history>",
      "calls and answers of Jepsen, Maelstrom or Porcupine: JSON or EDN lines, or Jepsen's log; - for standard input",
    )
    .option("--independent", "values are pairs of a key and a value, as of Jepsen's independent")
    .addOption(
      new Option("--failed-cas <meaning>", "a compare-and-set that failed never was, or has seen another value")
        .choices(["dropped", "differs"])
        .default("dropped"),
    )
    .option(
      "--porcupine <file>",
      "write the history as Porcupine's tests read it; of several registers a file for each, with its number",
    )
    .option("--max-configurations <n>", "remember no more than these at once", wholeNumber(1, 100_000_000))
    .addHelpText("after", AFTER);
  withOutputOptions(command).action((file: string, flags: LinearizeFlags) =>
    orExit(async () => {
      const { linearize } = await import("./linearize.js");
      process.exitCode = await linearize(file, flags, terminal);
    }),
  );
}
