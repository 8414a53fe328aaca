/** Logs by hand, in files that are gone when the tests of the file are over. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { type ValidateOptions, validateLog } from "../validate.js";

export type Lines = readonly (object | string)[];

export function withLogs() {
  const directory = mkdtempSync(path.join(tmpdir(), "quorate-validate-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  /** The file that now has these lines. */
  const written = (lines: Lines, name = "log"): string => {
    const file = path.join(directory, `${name}.ndjson`);
    writeFileSync(file, lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));
    return file;
  };

  const validated = (table: QuorumTable, lines: Lines, options: ValidateOptions = {}) =>
    validateLog(table, [written(lines)], options);

  return { directory, written, validated };
}
