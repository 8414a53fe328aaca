/** Reads the files of a log: lines of JSON, each an event. What is wrong is told with its place, as of table files. */
import type { QuorumTable } from "../../spec/quorum-table.js";
import { Problems, tableFileError } from "../../spec/table-file/problems.js";
import type { LogEvent } from "./event.js";
import { EventReader } from "./event-reader.js";
import { EventError } from "./field-reader.js";
import { LineScanner } from "./line-scanner.js";
import { LINE_FEED, piecesOf } from "./pieces.js";
import { nextTurn, type Turns } from "./turns.js";

export interface Log {
  readonly files: readonly string[];
  readonly events: readonly LogEvent[];
  /** How many said something. */
  readonly nodes: number;
  /** False where reading was interrupted. */
  readonly isWhole: boolean;
}

/** A line with more than these is taken for an event: none is as short, and blanks are no JSON. */
const BLANK_LENGTH_MAX = 8;

const BYTE_ORDER_MARK = Buffer.from("\ufeff");

/** As many as a reader fixes at a time, and then some. */
const PROBLEMS_MAX = 100;

/** Throws TableFileError for files that cannot be read, hold anything else, or hold no events. */
export async function readLog(files: readonly string[], table: QuorumTable, turns: Turns = {}): Promise<Log> {
  const events: LogEvent[] = [];
  const nodesInFiles = new Map<string, number>();
  for (const [index, file] of files.entries()) {
    if (files.indexOf(file) < index) throw tableFileError({ file, line: 1, column: 1 }, "this file is named twice");
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
async function readFile(reading: Reading, events: LogEvent[]): Promise<boolean> {
  const { file, turns } = reading;
  const problems = new Problems();
  const reader = new FileReader(reading, problems);
  for (const piece of piecesOf(file, () => reader.lines + 1)) {
    reader.read(piece, events);
    if (!(await nextTurn(turns, { doing: "reading", file, events: events.length }))) return false;
  }
  problems.throwIfAny();
  return true;
}

class FileReader {
  readonly #reading: Reading;
  readonly #problems: Problems;
  readonly #events: EventReader;
  readonly #scanner = new LineScanner();
  /** How many were read. */
  lines = 0;
  #found = 0;

  constructor(reading: Reading, problems: Problems) {
    this.#reading = reading;
    this.#problems = problems;
    this.#events = new EventReader(reading.table, reading.index);
  }

  /** @param piece of whole lines, each with its line feed */
  read(piece: Buffer, events: LogEvent[]): void {
    for (let start = this.lines === 0 ? lengthOfMark(piece) : 0; start < piece.length; ) {
      this.lines++;
      const scanned = this.#scanner.scan(piece, start);
      const end = scanned < 0 ? piece.indexOf(LINE_FEED, start) : scanned;
      try {
        const event =
          scanned < 0
            ? this.#parsed(piece.toString("utf8", start, end))
            : this.#events.readScanned(this.#scanner, this.lines);
        if (event !== null) events.push(this.#inOneFile(event));
      } catch (error) {
        if (!(error instanceof EventError)) throw error;
        const position = { file: this.#reading.file, line: this.lines, column: error.column };
        this.#problems.report(position, error.message, error.hint);
        if (++this.#found >= PROBLEMS_MAX) this.#problems.throwIfAny();
      }
      start = end + 1;
    }
  }

  /** Null for a blank line. */
  #parsed(line: string): LogEvent | null {
    if (line.length <= BLANK_LENGTH_MAX && line.trim() === "") return null;
    return this.#events.read(line, this.lines);
  }

  #inOneFile(event: LogEvent): LogEvent {
    const { nodesInFiles, index } = this.#reading;
    const elsewhere = nodesInFiles.get(event.node);
    if (elsewhere === undefined) nodesInFiles.set(event.node, index);
    else if (elsewhere !== index) throw inTwoFiles(event, this.#scanner.text);
    return event;
  }
}

/** Some editors begin a file with a mark of its encoding, which is none of its text. */
const lengthOfMark = (bytes: Buffer): number =>
  bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;

const inTwoFiles = ({ node }: LogEvent, line: string): EventError =>
  new EventError(
    `${node} is in another file as well`,
    "put all that one node says in one file, in its order",
    columnOf(line, "node"),
  );

const columnOf = (line: string, field: string): number => Math.max(line.indexOf(`"${field}"`), 0) + 1;
