/**
 * Reads a history as Jepsen, Maelstrom and Porcupine have it: a line for each call and each answer, as JSON, as EDN, or
 * as Jepsen logs it (`INFO  jepsen.util - 0 :invoke :write 1`). The order of lines is time.
 */
import { readFileSync } from "node:fs";
import { quote } from "../../spec/quote.js";
import { didYouMean } from "../../spec/table-file/did-you-mean.js";
import { type Problem, Problems, tableFileError } from "../../spec/table-file/problems.js";
import { STANDARD_INPUT } from "../../spec/table-file/read-text.js";
import { systemReason } from "../../spec/table-file/system-reason.js";
import { EdnError, readEdn } from "./edn.js";
import type { Content, Operation } from "./operation.js";

export interface HistoryReading {
  /** Whether a value is a pair of a key and a value, as of Jepsen's `independent`. */
  readonly independent: boolean;
  /** What a compare-and-set that failed has done: nothing at all, or it has seen another value than it expected. */
  readonly failedCas: "dropped" | "differs";
}

const TYPES = ["invoke", "ok", "fail", "info"] as const;
const FUNCTIONS = ["read", "write", "cas"] as const;

/** The key of histories of one register. */
const ONLY_KEY = "register";

interface Call {
  readonly line: number;
  readonly f: (typeof FUNCTIONS)[number];
  readonly key: string;
  readonly value: Content;
}

class LineError extends Error {
  readonly hint: string | null;
  readonly column: number;

  constructor(message: string, hint: string | null = null, column = 1) {
    super(message);
    this.hint = hint;
    this.column = column;
  }
}

/** `invoked` and `completed` are lines, from 1 on. Throws TableFileError; for a history without any answer, too. */
export function readHistory(file: string, reading: HistoryReading): Operation[] {
  const reader = new HistoryReader(reading);
  const problems = new Problems();
  for (const [index, line] of textOf(file).split("\n").entries()) {
    if (line.trim() === "") continue;
    try {
      reader.read(line, index + 1);
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      const position: Problem["position"] = { file, line: index + 1, column: error.column };
      problems.report(position, error.message, error.hint);
    }
  }
  problems.throwIfAny();
  const operations = reader.operations();
  if (operations.some(({ completed }) => completed !== null)) return operations;
  throw tableFileError({ file, line: 1, column: 1 }, "the history has no answers, so nothing can be said of it");
}

function textOf(file: string): string {
  try {
    return readFileSync(file === STANDARD_INPUT ? 0 : file, "utf8");
  } catch (error) {
    throw tableFileError({ file, line: 1, column: 1 }, `cannot read ${quote(file)}: ${systemReason(error)}`);
  }
}

class HistoryReader {
  readonly #reading: HistoryReading;
  readonly #calls = new Map<string, Call>();
  readonly #operations: Operation[] = [];

  constructor(reading: HistoryReading) {
    this.#reading = reading;
  }

  /** Throws LineError. */
  read(line: string, number: number): void {
    const { process, type, f, value, key } = fieldsOf(line);
    // Whoever does harm to the system is no client of it.
    if (typeof process === "string" && !/^\d+$/.test(process)) return;
    const name = String(process ?? "");
    if (name === "") throw new LineError('"process" is missing', "it names whose operation this is");
    const kind = oneOf(TYPES, type, "type");
    if (kind === "invoke") this.#call(name, { line: number, f: oneOf(FUNCTIONS, f, "f"), ...this.#keyed(value, key) });
    else this.#answer(name, kind, { line: number, value });
  }

  /** Those that were not answered come last. */
  operations(): Operation[] {
    for (const [process, call] of this.#calls) this.#operations.push(operationOf(process, call));
    this.#calls.clear();
    return this.#operations;
  }

  #call(process: string, call: Call): void {
    const pending = this.#calls.get(process);
    if (pending !== undefined)
      throw new LineError(`process ${process} still waits for the answer to line ${pending.line}`);
    operationOf(process, call);
    this.#calls.set(process, call);
  }

  #answer(
    process: string,
    type: "ok" | "fail" | "info",
    { line, value }: { readonly line: number; readonly value: Content | undefined },
  ): void {
    const call = this.#calls.get(process);
    if (call === undefined) throw new LineError(`process ${process} gets an answer to no call`);
    this.#calls.delete(process);
    const operation = operationOf(process, call);
    if (type === "info") this.#operations.push(operation);
    else if (type === "ok")
      this.#operations.push(answered(operation, line, call.f === "read" ? this.#keyed(value, undefined).value : true));
    // What failed has had no effect.
    else if (call.f === "cas" && this.#reading.failedCas === "differs")
      this.#operations.push(answered(operation, line, false));
  }

  #keyed(value: Content | undefined, key: Content | undefined): Pick<Call, "key" | "value"> {
    if (!this.#reading.independent) return { key: key === undefined ? ONLY_KEY : textOfKey(key), value: value ?? null };
    if (!Array.isArray(value) || value.length !== 2)
      throw new LineError("the value is no pair of a key and a value", "leave --independent out for one register");
    return { key: textOfKey(value[0]), value: value[1] };
  }
}

const textOfKey = (key: Content): string => (typeof key === "string" ? key : JSON.stringify(key));

/** Without an answer. Throws LineError. */
function operationOf(process: string, { line, f, key, value }: Call): Operation {
  const common = { process, key, invoked: line, completed: null };
  switch (f) {
    case "read":
      return { ...common, op: "read", args: [], result: null };
    case "write":
      return { ...common, op: "write", args: [value] };
    case "cas": {
      if (!Array.isArray(value) || value.length !== 2)
        throw new LineError("the value of a cas is a pair of what is expected and what is put");
      const [from, to] = value as [Content, Content];
      return { ...common, op: "cas", args: [from, to], result: true };
    }
  }
}

function answered(operation: Operation, completed: number, result: Content): Operation {
  if (operation.op === "write") return { ...operation, completed };
  return operation.op === "read"
    ? { ...operation, completed, result }
    : { ...operation, completed, result: result === true };
}

interface Fields {
  readonly process?: Content;
  readonly type?: Content;
  readonly f?: Content;
  readonly value?: Content;
  readonly key?: Content;
}

const LOGGED = /^\S.*?\s-\s+(\S+)\s+:(invoke|ok|fail|info)\s+:(\S+)\s+(.*)$/;

function fieldsOf(line: string): Fields {
  const logged = LOGGED.exec(line);
  if (logged !== null) {
    const [, process, type, f, value] = logged;
    return { process: process!, type: type!, f: f!, value: edn(value!.trim(), line.indexOf(value!)) };
  }
  const isEdn = /^\s*(?:#\S+\s*)?\{\s*:/.test(line);
  const parsed = isEdn ? edn(line.trim(), 0) : json(line);
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Fields;
  throw new LineError("a line is a map, in JSON or in EDN, or one of Jepsen's log");
}

function edn(text: string, offset: number): Content {
  try {
    return readEdn(text);
  } catch (error) {
    if (error instanceof EdnError) throw new LineError(error.message, null, error.column + offset);
    throw error;
  }
}

function json(line: string): Content {
  try {
    return JSON.parse(line);
  } catch {
    throw new LineError("this line is neither JSON nor EDN, nor one of Jepsen's log");
  }
}

function oneOf<Word extends string>(words: readonly Word[], found: Content | undefined, field: string): Word {
  const word = words.find((known) => known === found);
  if (word !== undefined) return word;
  const known = `it is one of ${words.join(", ")}`;
  const hint = typeof found === "string" ? didYouMean(found, words, known) : known;
  throw new LineError(
    found === undefined ? `"${field}" is missing` : `there is no ${field} ${quote(String(found))}`,
    hint,
  );
}
