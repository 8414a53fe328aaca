/** How a command gives up: one line on stderr, and an exit code that says why. */
import { EXIT, type ExitCode } from "./exit-codes.js";

/** Something the person at the shell can put right; the message is all they need. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

export const usageError = (message: string): CommandError => new CommandError(EXIT.usage, message);

/** Runs a command; a CommandError becomes one line on stderr and the exit code. Other errors are for the caller. */
export async function orExit(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`quorate: ${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
