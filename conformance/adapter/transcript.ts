/**
 * What was said to an adapter and by it, in order: the last lines for whoever reads of a failure, all of them in a file
 * if asked.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { systemReason } from "../../spec/table-file/system-reason.js";
import { TranscriptError } from "./adapter-error.js";

/** Enough to see what led to a failure. */
const LINES_KEPT = 12;

/** What a person can take in of one line. */
const COLUMNS_SHOWN = 160;

/** Who said it: Quorate, the adapter on stdout, or the adapter on stderr. */
export type Speaker = "→" | "←" | "!";

export class Transcript {
  readonly #kept: string[] = [];
  readonly #name: string | null;
  #file: number | null;
  /** Why it is not whole; null where it is. */
  failure: TranscriptError | null = null;

  /**
   * @param file where to write all of it; null for nowhere. Throws the error of the system if that cannot be written.
   */
  constructor(file: string | null) {
    this.#name = file;
    this.#file = file === null ? null : openSync(file, "w");
  }

  add(speaker: Speaker, line: string): void {
    const said = `${speaker} ${line}`;
    if (this.#file !== null) this.#write(`${said}\n`);
    this.#kept.push(said);
    if (this.#kept.length > LINES_KEPT) this.#kept.shift();
  }

  /** Its last lines, cut to what a person can take in. */
  get tail(): readonly string[] {
    return this.#kept.map((line) => (line.length > COLUMNS_SHOWN ? `${line.slice(0, COLUMNS_SHOWN)}…` : line));
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  /** What is heard comes where there is no caller to be told of an error. */
  #write(text: string): void {
    try {
      writeSync(this.#file!, text);
    } catch (error) {
      this.failure = new TranscriptError(`cannot write ${this.#name}: ${systemReason(error)}`, { cause: error });
      this.close();
    }
  }
}
