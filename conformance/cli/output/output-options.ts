/** `--format` and `--output`, which mean the same everywhere. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { didYouMean } from "../../../spec/table-file/did-you-mean.js";
import { FORMATS, type Format } from "../../report/formats/formats.js";

/** A file that results are written to, besides being printed. */
export interface Output {
  readonly format: Format;
  readonly file: string;
}

/** As commander hands the options over. */
export interface OutputFlags {
  readonly format: Format;
  readonly output: readonly Output[];
}

export const withOutputOptions = (command: Command): Command =>
  command
    .addOption(new Option("--format <format>", "how to print").choices(FORMATS).default("text"))
    .option(
      "--output <format=file>",
      "write to a file as well, as in sarif=quorate.sarif; may be given several times",
      collectOutput,
      [] as readonly Output[],
    );

function collectOutput(text: string, before: readonly Output[]): Output[] {
  const equals = text.indexOf("=");
  const [name, file] = [text.slice(0, Math.max(equals, 0)), text.slice(equals + 1)];
  if (name === "" || file === "") {
    throw new InvalidArgumentError(`It must be a format and a file, as in sarif=quorate.sarif, not ${quoted(text)}.`);
  }
  const format = FORMATS.find((known) => known === name);
  if (format === undefined) {
    const hint = didYouMean(name, FORMATS, `formats are ${FORMATS.join(", ")}`);
    throw new InvalidArgumentError(`There is no format ${quoted(name)}: ${hint}`);
  }
  if (before.some((other) => other.file === file)) {
    throw new InvalidArgumentError(`Two formats cannot go to one file, ${file}.`);
  }
  return [...before, { format, file }];
}

const quoted = (text: string): string => JSON.stringify(text);
