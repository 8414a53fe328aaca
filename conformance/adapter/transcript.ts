/** What was said to an adapter and by it, in order: the last lines for whoever reads of a failure, all of them in a file if asked. */
import { closeSync, openSync, writeSync } from "node:fs";

/** Enough to see what led to a failure. */
const LINES_KEPT = 12;

/** What a person can take in of one line. */
const COLUMNS_SHOWN = 160;

/** Who said it: Quorate, the adapter on stdout, or the adapter on stderr. */
export type Speaker = "→" | "←" | "!";

export class Transcript {
  readonly #kept: string[] = [];
  readonly #file: number | null;

  /** @param file where to write all of it; null for nowhere. Throws the error of the system if that cannot be written. */
  constructor(file: string | null) {
    this.#file = file === null ? null : openSync(file, "w");
  }

  add(speaker: Speaker, line: string): void {
    const said = `${speaker} ${line}`;
    if (this.#file !== null) writeSync(this.#file, `${said}\n`);
    this.#kept.push(said);
    if (this.#kept.length > LINES_KEPT) this.#kept.shift();
  }

  /** Its last lines, cut to what a person can take in. */
  get tail(): readonly string[] {
    return this.#kept.map((line) => (line.length > COLUMNS_SHOWN ? `${line.slice(0, COLUMNS_SHOWN)}…` : line));
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
  }
}
