/** What `quorate init` does. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { systemReason } from "../../../spec/table-file/system-reason.js";
import { parseTable } from "../../../spec/table-file.js";
import { CONFIG_FILE } from "../../policy/config.js";
import { CONFIG_SCHEMA, TABLE_SCHEMA } from "../../policy/json-schemas.js";
import { configText, tableText } from "../../policy/templates.js";
import { CommandError, usageError } from "../../shell/command-error.js";
import { EXIT } from "../../shell/exit-codes.js";
import { makeFolders } from "../../shell/make-folders.js";
import type { Terminal } from "../../shell/terminal.js";

/** As commander hands the options over. */
export interface InitFlags {
  readonly like: string;
  readonly servers?: number | readonly string[];
  readonly config?: true;
}

/**
 * Writes no file that is there already. Throws CommandError, and TableFileError where names of servers make no table.
 */
export function init(asked: string | undefined, { like, servers, config }: InitFlags, { out }: Terminal): void {
  const file = asked ?? (config ? CONFIG_FILE : "quorum-table.yaml");
  const schema = schemaFor(file, config ? CONFIG_SCHEMA : TABLE_SCHEMA);
  const text = config ? configText(schema) : soundTable(file, like, servers ?? null, schema);
  if (file !== "-") write(file, text);
  out(
    file === "-"
      ? text
      : `${file} is written. ${config ? "Check it: npx quorate check" : `Verify it: npx quorate verify ${file}`}\n`,
  );
}

function soundTable(file: string, like: string, servers: number | readonly string[] | null, schema: string): string {
  const written = tableText({ like, servers, schema });
  if ("problem" in written) throw usageError(written.problem);
  // A name may be a word of the table's own language, such as "all".
  parseTable(written.text, file);
  return written.text;
}

/** Where npm installs the package, seen from the file. */
function schemaFor(file: string, schema: string): string {
  const directory = file === "-" ? "" : path.dirname(file);
  const relative = path.relative(directory, path.join("node_modules/quorate/bundle/schemas", schema));
  const posix = relative.split(path.sep).join("/");
  return posix.startsWith(".") ? posix : `./${posix}`;
}

function write(file: string, text: string): void {
  try {
    makeFolders(path.dirname(file));
    writeFileSync(file, text, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      throw usageError(`${file} is there already, and left as it is; name another file`);
    }
    throw new CommandError(EXIT.unavailable, `cannot write ${file}: ${systemReason(error)}`, { cause: error });
  }
}
