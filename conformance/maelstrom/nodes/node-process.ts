/**
 * A node: a process that reads messages on stdin and writes messages to stdout. It is given one at a time, and is heard
 * out before the next, so that a run is a sequence of steps. All of it waits: nothing else could be done meanwhile.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { StringDecoder } from "node:string_decoder";
import { decodeLine, type Envelope } from "../../adapter/messages.js";
import { Transcript } from "../../adapter/transcript.js";
import type { NodeClock } from "../clock/node-clock.js";
import { NodeError } from "./node-error.js";
import { pause } from "./pause.js";
import { activityOf, hasLoaded } from "./quiescence.js";

export interface NodeOptions {
  /** A command line. */
  readonly command: string;
  readonly name: string;
  /** For files that its output goes to. */
  readonly directory: string;
  /** What it goes by, and the library that gives it to the node; null for the clock of the machine. */
  readonly clock: { readonly library: string; readonly clock: NodeClock } | null;
  /** How long it may be busy with a step, in milliseconds of the machine. */
  readonly patience_ms: number;
}

/** Between looks at a node that is busy. */
const PAUSE_MS = 0.1;
/** Most of one read of its output. */
const CHUNK_BYTES = 65_536;

export class NodeProcess {
  readonly name: string;
  readonly #options: NodeOptions;
  readonly #child: ChildProcess;
  readonly #out: Output;
  readonly #err: Output;
  readonly #transcript = new Transcript(null);

  constructor(options: NodeOptions) {
    const { name, command, directory, clock } = options;
    this.name = name;
    this.#options = options;
    // Files, and no pipes: they can be read while everything else stands still.
    this.#out = new Output(path.join(directory, `${name}.out`));
    this.#err = new Output(path.join(directory, `${name}.err`));
    const environment =
      clock === null ? {} : { LD_PRELOAD: clock.library, QUORATE_CLOCK: clock.clock.file, PYTHONHASHSEED: "0" };
    this.#child = spawn("/bin/sh", ["-c", `exec ${command}`], {
      detached: true,
      stdio: ["pipe", this.#out.fd, this.#err.fd],
      env: { ...process.env, ...environment },
    });
    // Whoever is gone reads nothing any more; that it is gone is seen by itself.
    this.#child.stdin!.on("error", () => {});
    this.#child.on("error", () => {});
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Throws NodeError for a program that does not take the clock that it was given. */
  checkClock(): void {
    const { clock } = this.#options;
    if (clock === null || hasLoaded(this.pid, clock.library)) return;
    throw this.error(
      "does not take the clock that Quorate sets, since it does without the C library, as programs in Go do. Hint: --real-time",
    );
  }

  /** Hands it the message, without waiting for what it does. */
  give(message: Envelope): void {
    const line = JSON.stringify(message);
    this.#transcript.add("→", line);
    this.#child.stdin!.write(`${line}\n`);
  }

  /** What it said until it was quiet. Throws NodeError if it ends, never is quiet, or says what is no message. */
  hearOut(): Envelope[] {
    const { patience_ms } = this.#options;
    const since_ms = performance.now();
    let activity = activityOf(this.pid);
    while (!activity.isQuiet) {
      if (performance.now() - since_ms > patience_ms) {
        throw this.error(`has been busy for ${patience_ms / 1000} s with one message, or with one step of its clock`);
      }
      pause(PAUSE_MS);
      activity = activityOf(this.pid);
    }
    const said = this.#said();
    if (activity.hasEnded) throw this.error("has ended by itself");
    return said;
  }

  #said(): Envelope[] {
    for (const line of this.#err.newLines()) this.#transcript.add("!", line);
    return this.#out.newLines().flatMap((line) => {
      this.#transcript.add("←", line);
      try {
        return decodeLine(line);
      } catch (error) {
        throw this.error((error as Error).message);
      }
    });
  }

  /** @param what it did, as the rest of a sentence about it */
  error(what: string): NodeError {
    for (const line of this.#err.newLines()) this.#transcript.add("!", line);
    return new NodeError(`node ${this.name} ${what}`, this.#transcript.tail);
  }

  /** Stops it where it stands, or lets it go on, with all that it has started. */
  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void {
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  /** Ends it, without warning. */
  kill(): void {
    this.signal("SIGKILL");
    this.#child.stdin!.destroy();
    this.#out.close();
    this.#err.close();
  }
}

/** A file that grows, line by line. */
class Output {
  readonly fd: number;
  readonly #reader: number;
  readonly #chunk = Buffer.alloc(CHUNK_BYTES);
  readonly #decoder = new StringDecoder("utf8");
  #offset = 0;
  #rest = "";

  constructor(file: string) {
    this.fd = openSync(file, "w");
    this.#reader = openSync(file, "r");
  }

  /** Whole lines that have come since the last time. */
  newLines(): string[] {
    let text = this.#rest;
    for (;;) {
      const length = readSync(this.#reader, this.#chunk, 0, CHUNK_BYTES, this.#offset);
      if (length === 0) break;
      this.#offset += length;
      text += this.#decoder.write(this.#chunk.subarray(0, length));
    }
    const lines = text.split("\n");
    this.#rest = lines.pop()!;
    return lines.filter((line) => line.trim() !== "");
  }

  close(): void {
    closeSync(this.fd);
    closeSync(this.#reader);
  }
}
