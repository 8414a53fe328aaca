/** One client: it proposes its value again and again, is killed now and then, and returns. */
import { existsSync } from "node:fs";
import path from "node:path";
import { EXIT } from "../shell/exit-codes.js";
import { lastWordsOf, RunningProcess } from "./processes.js";

export interface ClientOptions {
  readonly script: string;
  readonly tableFile: string;
  /** By its number, or by its name where the table has names. */
  readonly client: string;
  /** How many clients take turns; null where the table names them. */
  readonly clients: number | null;
  readonly value: string;
  readonly directory: string;
  /** `S0=host:port,…` */
  readonly at: string;
}

/** What came of one proposal. */
export type Proposed =
  | { readonly kind: "output"; readonly value: string; readonly latency_ms: number }
  /** No quorum answered in time, or it was killed: it may be tried again. */
  | { readonly kind: "nothing" }
  /** What no fault explains. */
  | { readonly kind: "failed"; readonly code: number | null; readonly sentence: string };

/** What makes a directory a client's. One that was killed before it was there has never proposed. */
const IDENTITY_FILE = "identity";

export class ClientUnderChaos {
  readonly #options: ClientOptions;
  #process: RunningProcess | null = null;
  #wasKilled = false;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Proposes once. */
  async propose(timeout_s: number): Promise<Proposed> {
    const { script, tableFile, client, clients, value, directory, at } = this.#options;
    const data = path.join(directory, `client-${client}`);
    const started_ms = performance.now();
    this.#wasKilled = false;
    const process = new RunningProcess({
      script,
      words: [
        ...["propose", value, "--table", tableFile, "--at", at, "--data", data, "--client", client],
        ...(clients === null ? [] : ["--clients", `${clients}`]),
        ...["--timeout", `${timeout_s}`, ...(existsSync(path.join(data, IDENTITY_FILE)) ? [] : ["--new"])],
      ],
    });
    this.#process = process;
    const ended = await process.ended;
    const { code, out } = ended;
    if (code === 0) return { kind: "output", value: out.trim(), latency_ms: performance.now() - started_ms };
    if (this.#wasKilled || code === EXIT.unavailable) return { kind: "nothing" };
    return { kind: "failed", code, sentence: lastWordsOf(ended) };
  }

  /** Whether there was something to kill. */
  kill(): boolean {
    if (this.#process === null || this.#process.isOver) return false;
    this.#wasKilled = true;
    this.#process.signal("SIGKILL");
    return true;
  }
}
