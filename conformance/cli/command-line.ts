/** Runs one command line: everything between `process.argv` and `process.exitCode`. */
import { CommanderError } from "commander";
import { TableFileError } from "../../spec/table-file/problems.js";
import { EXIT, type ExitCode } from "../shell/exit-codes.js";
import { internalErrorMessage } from "../shell/internal-error.js";
import { endWhereOutputFails } from "../shell/terminal.js";
import { createProgram } from "./program.js";

/**
 * `words` are the command and its arguments, without node and the script. Commands set `process.exitCode` themselves.
 */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  endWhereOutputFails();
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
  try {
    await createProgram().parseAsync(words, { from: "user" });
  } catch (error) {
    end(error);
  }
}

function end(error: unknown): void {
  // Commander has printed its complaint, or the help or version that was asked for.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.safe : EXIT.usage;
    return;
  }
  const { exitCode, message } = failureOf(error);
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
}

function failureOf(error: unknown): { exitCode: ExitCode; message: string } {
  if (error instanceof TableFileError) return { exitCode: EXIT.unreadable, message: error.message };
  return { exitCode: EXIT.internal, message: internalErrorMessage(error) };
}
