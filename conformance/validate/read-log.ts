/** Reads the files of a log: lines of JSON, each an event. What is wrong is told with its place, as of table files. */
import { closeSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { Problems, tableFileError } from "../../spec/table-file/problems.js";
import { quote } from "../../spec/table-file/quote.js";
import { STANDARD_INPUT } from "../../spec/table-file/read-text.js";
import { systemReason } from "../../spec/table-file/system-reason.js";
import type { LogEvent } from "./event.js";
import { EventReader } from "./event-reader.js";
import { EventError } from "./field-reader.js";
import { nextTurn, type Turns } from "./turns.js";

export interface Log {
  readonly files: readonly string[];
  readonly events: readonly LogEvent[];
  /** How many said something. */
  readonly nodes: number;
  /** False where reading was interrupted. */
  readonly isWhole: boolean;
}

const CHUNK_BYTES = 1 << 20;

/** Longest line, in UTF-16 units: a start may tell a long row. */
const LINE_LENGTH_MAX = 1 << 28;

/** A line with more than these is taken for an event: none is as short, and blanks are no JSON. */
const BLANK_LENGTH_MAX = 8;

/** As many as a reader fixes at a time, and then some. */
const PROBLEMS_MAX = 100;

/** Throws TableFileError for files that cannot be read, hold anything else, or hold no events. */
export async function readLog(files: readonly string[], table: QuorumTable, turns: Turns = {}): Promise<Log> {
  const events: LogEvent[] = [];
  const nodesInFiles = new Map<string, number>();
  for (const [index, file] of files.entries()) {
    const before = events.length;
    const isWhole = await readFile({ file, index, table, nodesInFiles, turns }, events);
    if (!isWhole) return { files, events, nodes: nodesInFiles.size, isWhole };
    if (events.length === before) {
      throw tableFileError(
        { file, line: 1, column: 1 },
        "the log is empty: it has no events, so nothing can be said of it",
      );
    }
  }
  return { files, events, nodes: nodesInFiles.size, isWhole: true };
}

interface Reading {
  readonly file: string;
  readonly index: number;
  readonly table: QuorumTable;
  /** By node, in which file it was met. */
  readonly nodesInFiles: Map<string, number>;
  readonly turns: Turns;
}

/** Resolves with whether it came to the end. */
async function readFile({ file, index, table, nodesInFiles, turns }: Reading, events: LogEvent[]): Promise<boolean> {
  const problems = new Problems();
  let found = 0;
  const reader = new EventReader(table, index);
  let number = 0;
  for (const lines of linesOf(file)) {
    for (const line of lines) {
      number++;
      if (line.length <= BLANK_LENGTH_MAX && line.trim() === "") continue;
      try {
        const event = reader.read(line, number);
        const elsewhere = nodesInFiles.get(event.node);
        if (elsewhere === undefined) nodesInFiles.set(event.node, index);
        else if (elsewhere !== index) throw inTwoFiles(event, line);
        events.push(event);
      } catch (error) {
        if (!(error instanceof EventError)) throw error;
        problems.report({ file, line: number, column: error.column }, error.message, error.hint);
        if (++found >= PROBLEMS_MAX) problems.throwIfAny();
      }
    }
    if (!(await nextTurn(turns, { doing: "reading", file, events: events.length }))) return false;
  }
  problems.throwIfAny();
  return true;
}

const inTwoFiles = ({ node }: LogEvent, line: string): EventError =>
  new EventError(
    `${node} is in another file as well`,
    "put all that one node says in one file, in its order",
    columnOf(line, "node"),
  );

const columnOf = (line: string, field: string): number => Math.max(line.indexOf(`"${field}"`), 0) + 1;

/** Those of a piece of the file after those of another, so that it may be longer than memory has room for text. Throws TableFileError. */
function* linesOf(file: string): IterableIterator<readonly string[]> {
  const cannotRead = (error: unknown) =>
    tableFileError({ file, line: 1, column: 1 }, `cannot read ${quote(file)}: ${systemReason(error)}`);
  let descriptor = 0;
  try {
    descriptor = file === STANDARD_INPUT ? 0 : openSync(file, "r");
  } catch (error) {
    throw cannotRead(error);
  }
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const decoder = new StringDecoder("utf8");
  let rest = "";
  try {
    for (;;) {
      let length = 0;
      try {
        length = readSync(descriptor, buffer, 0, buffer.length, null);
      } catch (error) {
        throw cannotRead(error);
      }
      if (length === 0) break;
      const lines = (rest + decoder.write(buffer.subarray(0, length))).split("\n");
      rest = lines.pop()!;
      if (rest.length > LINE_LENGTH_MAX) throw cannotRead(new Error("a line is too long"));
      yield lines;
    }
  } finally {
    if (file !== STANDARD_INPUT) closeSync(descriptor);
  }
  rest += decoder.end();
  if (rest !== "") yield [rest];
}
