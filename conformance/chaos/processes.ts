/** Servers and clients as real processes of the command line that this one runs. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { builtScript } from "../../model/built-script.js";
import { DISK_FAULT_VARIABLE, type DiskFault } from "./disk-fault.js";

/** How a process ended, and what it printed. */
export interface Ended {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What it complained about in the end. */
export const lastWordsOf = ({ err }: Ended): string => err.trim().split("\n").at(-1) ?? "";

export interface Launch {
  /** The script of the command line. */
  readonly script: string;
  readonly words: readonly string[];
  readonly diskFault?: DiskFault;
}

const FAILING_DISK = builtScript(new URL("./failing-disk.js", import.meta.url));

/** A process, from its start to its end. */
export class RunningProcess {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #out = "";
  #err = "";
  #isOver = false;

  constructor({ script, words, diskFault }: Launch) {
    const preload = diskFault === undefined ? [] : ["--import", FAILING_DISK];
    this.#child = spawn(process.execPath, [...preload, script, ...words], {
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, which Ctrl-C at the terminal does not reach.
      detached: true,
      env: { ...process.env, ...(diskFault && { [DISK_FAULT_VARIABLE]: JSON.stringify(diskFault) }) },
    });
    const end = () => this.signal("SIGKILL");
    process.once("exit", end);
    this.#child.stdout!.on("data", (chunk) => {
      this.#out += chunk;
    });
    this.#child.stderr!.on("data", (chunk) => {
      this.#err += chunk;
    });
    this.ended = once(this.#child, "close").then(([code]) => {
      this.#isOver = true;
      process.off("exit", end);
      return { code, out: this.#out, err: this.#err };
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves with true once it has printed this, with false if it ends before. */
  async prints(text: string): Promise<boolean> {
    while (!this.#out.includes(text)) {
      const next = await Promise.race([this.ended, once(this.#child.stdout!, "data")]);
      if (!Array.isArray(next)) return this.#out.includes(text);
    }
    return true;
  }

  /** Nothing happens to a process that is over. */
  signal(name: "SIGKILL" | "SIGTERM" | "SIGSTOP" | "SIGCONT"): void {
    if (!this.#isOver) this.#child.kill(name);
  }

  async kill(): Promise<Ended> {
    this.signal("SIGKILL");
    return this.ended;
  }
}
