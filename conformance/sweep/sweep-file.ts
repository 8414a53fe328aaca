/**
 * The file of a sweep: newline-delimited JSON, first the request, then a line for every table, in order.
 *
 * A sweep that was interrupted, or killed in the middle of a line, goes on where the last whole line ends. A file is
 * written to only if it is the beginning of the very same sweep, so nothing else is ever overwritten.
 */
import { closeSync, constants, ftruncateSync, openSync, writeSync } from "node:fs";
import type { Examination } from "./examine.js";
import { lineOf, readRecord } from "./record.js";
import type { SweepRequest } from "./request.js";
import type { SweptTable } from "./swept-table.js";
import type { Tally } from "./tally.js";
import { linesOf } from "./whole-lines.js";

/** The file cannot be read or written, or is not the beginning of this sweep; the message says which, as a sentence. */
export class SweepFileError extends Error {
  override readonly name = "SweepFileError";
}

export class SweepFile {
  readonly path: string;
  readonly #descriptor: number;
  #end: number;

  /** @param end where to go on writing, in bytes */
  constructor(path: string, descriptor: number, end: number) {
    this.path = path;
    this.#descriptor = descriptor;
    this.#end = end;
  }

  append(number: number, swept: SweptTable, examination: Examination): void {
    this.appendLine(lineOf(number, swept, examination));
  }

  appendLine(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    explaining(this.path, () => {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, this.#end + done);
      }
    });
    this.#end += bytes.length;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** What is in the file goes to the tally, and its tables are taken from `tables`. Throws SweepFileError. */
export function openSweepFile(
  path: string,
  request: SweepRequest,
  { tables, tally }: { readonly tables: Iterator<SweptTable>; readonly tally: Tally },
): SweepFile {
  const descriptor = explaining(path, () => openSync(path, constants.O_RDWR | constants.O_CREAT));
  try {
    const header = headerOf(request);
    const end = explaining(path, () => readFrom(descriptor, { path, request, header, tables, tally }));
    const file = new SweepFile(path, descriptor, end);
    if (end === 0) file.appendLine(header);
    return file;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

interface Reading {
  readonly path: string;
  readonly request: SweepRequest;
  readonly header: string;
  readonly tables: Iterator<SweptTable>;
  readonly tally: Tally;
}

/** Where the last whole line ends; what follows it is cut off. */
function readFrom(descriptor: number, reading: Reading): number {
  let end = 0;
  for (const { bytes, isWhole } of linesOf(descriptor)) {
    const line = bytes.toString();
    if (isWhole) {
      if (end === 0) checkHeader(line, reading);
      else takeIn(line, reading);
      end += bytes.length + 1;
    } else if (line !== "") {
      // A line that this sweep did not finish, unless it is all there is and not the beginning of a header.
      if (end === 0 && !reading.header.startsWith(line)) throw notASweep(reading.path);
      ftruncateSync(descriptor, end);
    }
  }
  return end;
}

const headerOf = (request: SweepRequest): string => JSON.stringify({ sweep: request });

function checkHeader(line: string, { path, request, header }: Reading): void {
  if (line === header) return;
  const found = sweepIn(line);
  if (found === null) throw notASweep(path);
  const differences = (Object.keys(request) as (keyof SweepRequest)[])
    .filter((key) => found[key] !== request[key])
    .map((key) => `${key} is ${found[key] ?? "not given"} there and ${request[key] ?? "not given"} here`);
  const which = differences.length === 0 ? "" : ` (${differences.join(", ")})`;
  throw new SweepFileError(
    `${path} holds a sweep with other options${which}: give the same ones, or name another file`,
  );
}

function sweepIn(line: string): Partial<SweepRequest> | null {
  const header = parsed(line);
  if (typeof header !== "object" || header === null || !("sweep" in header)) return null;
  return typeof header.sweep === "object" ? header.sweep : null;
}

function takeIn(line: string, { path, tables, tally }: Reading): void {
  const number = tally.tables;
  const next = tables.next();
  const examination = next.done === true ? null : readRecord(line, number, next.value);
  if (next.done === true || examination === null) {
    throw new SweepFileError(
      `${path}:${number + 2} is not the line of table ${number} of this sweep: name another file`,
    );
  }
  tally.add(next.value, examination);
}

const notASweep = (path: string): SweepFileError =>
  new SweepFileError(`${path} is not the record of a sweep, and is left as it is: name another file`);

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** What the operating system refuses is no fault of Quorate's own. */
function explaining<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && "syscall" in error) throw new SweepFileError(`${path}: ${error.message}`);
    throw error;
  }
}
