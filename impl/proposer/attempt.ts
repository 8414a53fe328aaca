/** One attempt over real connections: drives a client core, and asks every server again until it answers. */
import { setMaxListeners } from "node:events";
import { isDeepStrictEqual } from "node:util";
import type { ClientCore } from "../core/client.js";
import type { Reply, Request, Written } from "../core/protocol.js";
import { type Connection, ConnectionError } from "../network/connection.js";
import { type BackoffOptions, backoff_ms, sleep } from "./backoff.js";
import type { Reachability } from "./reachability.js";

/**
 * `abandoned`: another register set promises more, says `worthAbandoning`. `taken`: nothing may be proposed in this
 * one.
 */
export type AttemptEnd = "output" | "blocked" | "abandoned" | "taken";

/** Told of what an attempt comes to know and to do, before anybody else learns of it. */
export interface AttemptWatch {
  /** A server's promise is complete: the values that it told. */
  readonly learns?: (core: ClientCore, server: number, written: readonly Written[]) => void;
  /** The core has chosen; nothing was sent of it so far. */
  readonly proposes?: (core: ClientCore) => void;
}

export interface AttemptOptions {
  /** Resolves with true once anything may be proposed in the register set, and with false once nothing ever may. */
  readonly mayPropose: Promise<boolean>;
  /** In the order of the table's servers. */
  readonly connections: readonly Connection[];
  readonly reachability: Reachability;
  readonly requestTimeout_ms: number;
  readonly retry: BackoffOptions;
  /** Asked whenever a phase has lasted `patience_ms` (again). */
  readonly worthAbandoning: () => boolean;
  readonly patience_ms: number;
  readonly watch?: AttemptWatch;
}

/** A reason of its own costs less than the error that would be made for each phase. */
const PHASE_OVER = new Error("this phase is over");

export class Attempt {
  readonly #core: ClientCore;
  readonly #options: AttemptOptions;

  constructor(core: ClientCore, options: AttemptOptions) {
    this.#core = core;
    this.#options = options;
  }

  /**
   * Rejects with the signal's reason when that aborts, or as `mayPropose` does; there is no other limit to its time.
   */
  async run(signal: AbortSignal): Promise<AttemptEnd> {
    let request: Request | undefined = this.#core.start();
    while (request !== undefined) {
      if (request.kind === "write") {
        if (!(await this.#options.mayPropose)) return "taken";
        this.#options.watch?.proposes?.(this.#core);
      }
      request = await this.#broadcast(request, signal);
    }
    if (this.#core.output !== null) return "output";
    return this.#core.blocked ? "blocked" : "abandoned";
  }

  /**
   * Asks all servers at once, if the request is for them; resolves with the request of the next phase, or undefined
   * when the attempt is over.
   */
  async #broadcast(request: Request, signal: AbortSignal): Promise<Request | undefined> {
    const { connections, patience_ms, worthAbandoning } = this.#options;
    const phase = new AbortController();
    // Every server's request listens to it, and there may be more servers than Node's limit against leaks.
    setMaxListeners(0, phase.signal);
    let patience: NodeJS.Timeout | undefined;
    const onAbort = () => phase.abort(signal.reason);
    try {
      signal.throwIfAborted();
      return await new Promise((resolve, reject) => {
        phase.signal.addEventListener("abort", () => reject(phase.signal.reason));
        signal.addEventListener("abort", onAbort);
        // There is no need to hear from anybody first.
        this.#options.mayPropose.catch(reject);
        patience = setInterval(() => worthAbandoning() && resolve(undefined), patience_ms);
        /** Whether the phase is over with this reply. */
        const hear = (server: number, reply: Reply): boolean => {
          const next = this.#receive(server, reply);
          const isOver = next !== undefined || this.#core.output !== null || this.#core.blocked;
          if (!isOver) return false;
          resolve(next);
          // At once: whoever answers meanwhile would be asked what the next phase asks, before it may begin.
          phase.abort(PHASE_OVER);
          return true;
        };
        connections.forEach((_, server) => {
          if (!this.#core.asks(server)) return;
          this.#ask(server, request, hear, phase.signal).catch(reject);
        });
      });
    } finally {
      clearInterval(patience);
      signal.removeEventListener("abort", onAbort);
      // Ends the asking of servers whose answers are no longer needed.
      phase.abort(PHASE_OVER);
    }
  }

  #receive(server: number, reply: Reply): Request | undefined {
    const { watch } = this.#options;
    const knew = watch?.learns === undefined || this.#core.readsOf(server) !== null;
    const next = this.#core.receive(server, reply);
    const learned = knew ? null : this.#core.readsOf(server);
    if (learned !== null) watch!.learns!(this.#core, server, learned);
    return next;
  }

  /** Asks one server until it has answered, all pages of a long answer, or the phase is over. */
  async #ask(
    server: number,
    request: Request,
    hear: (server: number, reply: Reply) => boolean,
    phase: AbortSignal,
  ): Promise<void> {
    const { connections, reachability, requestTimeout_ms, retry } = this.#options;
    let asking = request;
    for (let failures = 0; !phase.aborted; ) {
      try {
        const reply = await connections[server]!.request(asking, { timeout_ms: requestTimeout_ms, signal: phase });
        if (phase.aborted) return;
        if (reply.kind === "rejected") reachability.failed(server, `${connections[server]!.server}: ${reply.reason}`);
        else reachability.answered(server);
        if (hear(server, reply)) return;
        const next = this.#core.nextTo(server);
        if (next === null) return;
        const isProgress = !isDeepStrictEqual(next, asking);
        asking = next;
        if (isProgress) continue;
      } catch (error) {
        if (phase.aborted) return;
        // Whatever else goes wrong would go wrong again: the client must stop.
        if (!(error instanceof ConnectionError)) throw error;
        reachability.failed(server, error.message);
      }
      await sleep(backoff_ms(failures++, retry), phase).catch(() => {});
    }
  }
}
