/** Options of verify as a config has them: read by the same words and bounds as those of the command line. */
import { Command, CommanderError } from "commander";
import { quote } from "../../spec/quote.js";
import type { SourcePosition } from "../../spec/source-position.js";
import { tableFileError } from "../../spec/table-file/problems.js";
import { declareVerifyOptions, requestOf, type VerifyFlags } from "../options/verify-options.js";
import type { VerifyRequest } from "../verify/request.js";
import type { OptionsShape } from "./config-shape.js";

/** Throws TableFileError at the option that is to blame, as far as that is known; else at the last one. */
export function requestFrom(options: OptionsShape, optionsAt: ReadonlyMap<string, SourcePosition>): VerifyRequest {
  const command = declareVerifyOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  const words = Object.entries(options).flatMap(([name, value]) => wordsOf(command, name, value, optionsAt.get(name)!));
  try {
    command.parse(words, { from: "user" });
    return requestOf(command, command.opts<VerifyFlags>());
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const named = [...optionsAt.keys()].find((name) => error.message.includes(`--${name}`));
    const at = named === undefined ? [...optionsAt.values()].at(-1) : optionsAt.get(named);
    throw tableFileError(at!, error.message.replace(/^error: /, "").replace(/\.$/, ""));
  }
}

/** Of a switch, none where it says what is so anyway. */
function wordsOf(command: Command, name: string, value: string, at: SourcePosition): string[] {
  const off = command.options.find(({ long }) => long === `--no-${name}`);
  const on = command.options.find(({ long }) => long === `--${name}`);
  if (on?.required) return [`--${name}=${value}`];
  if (value !== "true" && value !== "false") {
    throw tableFileError(at, `${quote(name)} is ${quote(value)}`, "it is true or false");
  }
  if (off !== undefined) return value === "true" ? [] : [`--no-${name}`];
  return value === "true" ? [`--${name}`] : [];
}
