/** `quorate validate TABLE LOG…`, declared. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { wholeNumber } from "../../options/whole-number.js";
import { orExit } from "../../shell/command-error.js";
import type { Terminal } from "../../shell/terminal.js";
import { withOutputOptions } from "../output/output-options.js";
import type { ValidateFlags } from "./validate.js";

const AFTER = `
Exit codes:
  0  explained: the events, in some order that the log allows, are a run of the model
  1  refused: no order of them is; the event at which the longest prefix ends, and why
  2  inconclusive: a bound was hit, or it was interrupted
  64 usage   65 a file cannot be read, or is no log of this table   69 an output cannot be written

Examples:
  quorate serve S0 --events S0.ndjson                     a server that writes such a log
  quorate validate my-table.yaml S*.ndjson client.ndjson  one file for each node, or one for all
  quorate validate my-table.yaml run.ndjson --hidden freeze
  quorate validate my-table.yaml run.ndjson --output junit=log.xml
`;

export function registerValidate(program: Command, terminal: Terminal): void {
  const command = program
    .command("validate")
    .description(
      "judge a log of what ran: is it a run of the register model of the table? docs/validate.md has the format",
    )
    .argument("<table>", "the quorum table file")
    .argument("<log...>", "files of events, one JSON object a line; - for standard input")
    .option(
      "--hidden <kinds>",
      "steps that the log does not tell of: freeze, write, propose, separated by commas",
      kindsIn,
    )
    .option("--skew <time>", "by how much the clocks of nodes may differ, in the unit of the log", time, 0)
    .option("--max-states <n>", "with --hidden: look at no more states than these", wholeNumber(1, 100_000_000))
    .option("--writes-freeze", "the servers' writes also turn unwritten registers below into nil")
    .addOption(
      new Option("--freeze <unit>", "what a server freezes in one step").choices(["row", "register"]).default("row"),
    )
    .addHelpText("after", AFTER);
  withOutputOptions(command).action((table: string, logs: string[], flags: ValidateFlags) =>
    orExit(async () => {
      const { validate } = await import("./validate.js");
      process.exitCode = await validate(table, logs, flags, terminal);
    }),
  );
}

const KINDS = ["freeze", "write", "propose"];

function kindsIn(text: string): readonly string[] {
  const kinds = text.split(",").map((kind) => kind.trim());
  const unknown = kinds.find((kind) => !KINDS.includes(kind));
  if (unknown === undefined) return kinds;
  throw new InvalidArgumentError(`"${unknown}" is no step that can be hidden: these are ${KINDS.join(", ")}.`);
}

function time(text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && number >= 0 && Number.isFinite(number)) return number;
  throw new InvalidArgumentError("It must be a number that is not negative.");
}
