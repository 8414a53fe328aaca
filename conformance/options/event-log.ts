/** `--events FILE` of `serve` and `propose`. */
import { systemReason } from "../../spec/table-file/system-reason.js";
import { CommandError } from "../shell/command-error.js";
import { EXIT } from "../shell/exit-codes.js";
import { EventWriter } from "../validate/event-writer.js";

/** Null where no file is given. Throws CommandError where it cannot be written. */
export function openEvents(file: string | null, node: string): EventWriter | null {
  if (file === null) return null;
  try {
    return new EventWriter(file, node, (sentence) => process.stderr.write(`quorate: ${sentence}\n`));
  } catch (error) {
    throw new CommandError(EXIT.unavailable, `cannot write ${file}: ${systemReason(error)}`, { cause: error });
  }
}
