/**
 * A client over dumb storage, one register at a time: drives a client core where servers know nothing but write-once
 * cells (cells.ts). A promise takes as many requests as there are lower registers, so it is for tables whose consensus
 * is reached in the first few sets.
 *
 * No I/O and no loop of its own: whoever drives it delivers any of the pending requests, as often as it likes.
 */
import { isElected, isGated } from "../../spec/quorum-table.js";
import { Cells } from "./cells.js";
import { ClientCore, type ClientOptions } from "./client.js";
import type { PrepareRequest, WriteRequest } from "./protocol.js";
import type { PutIfAbsent, PutIfAbsentReply } from "./register-storage.js";

/** A request, and the server that it is for, by its index in the table. */
export interface AddressedPut {
  readonly server: number;
  readonly request: PutIfAbsent;
}

export class RegisterByRegisterClient {
  readonly #core: ClientCore;
  readonly #servers: readonly Cells[];

  /**
   * Starts the attempt. Throws RangeError as ClientCore does; for a gated set, since what cells hold cannot be asked
   * without writing; and for an elected one, since cells do not vote.
   */
  constructor(options: ClientOptions) {
    if (isGated(options.table, options.registerSet)) {
      throw new RangeError(
        `register set ${options.registerSet} waits for a decision, and storage of single registers tells of none`,
      );
    }
    if (isElected(options.table, options.registerSet)) {
      throw new RangeError(
        `register set ${options.registerSet} is elected, and storage of single registers does not vote`,
      );
    }
    this.#core = new ClientCore(options);
    this.#servers = options.table.servers.map(() => new Cells());
    this.#core.start();
  }

  /** Its phase, choice, output, what it knows and whether it is blocked; not to be fed. */
  get core(): Pick<ClientCore, "registerSet" | "input" | "phase" | "chosen" | "output" | "blocked" | "decisionTable"> {
    return this.#core;
  }

  /**
   * Every request of the current phase that has not been answered, by server, then by register set: to be sent now,
   * or again, in any order. None when the attempt is over. Made one by one, since there can be very many.
   */
  *pending(): Generator<AddressedPut> {
    if (this.#core.blocked || this.#core.phase === "output") return;
    for (const [server, cells] of this.#servers.entries()) {
      if (!this.#core.asks(server)) continue;
      for (const request of cells.pending(this.#request)) yield { server, request };
    }
  }

  /**
   * Takes a reply of the server with this index, in any order and any number of times. Replies that do not fit (late,
   * from above the register set, rejections) change nothing. Throws RangeError for an unknown server.
   */
  receive(server: number, reply: PutIfAbsentReply): void {
    const cells = this.#servers[server];
    if (cells === undefined) throw new RangeError(`no server has index ${server}`);
    if (reply.kind === "rejected" || reply.registerSet > this.#core.registerSet) return;
    // Before it has chosen, the client has put nothing there: an answer to somebody else.
    if (reply.registerSet === this.#core.registerSet && this.#core.phase !== "write") return;
    cells.receive(reply);
    const answer = cells.answerTo(this.#request);
    if (answer !== null) this.#core.receive(server, answer);
  }

  /** What every server is asked in the current phase. */
  get #request(): PrepareRequest | WriteRequest {
    const { registerSet, chosen } = this.#core;
    return chosen === null ? { kind: "prepare", registerSet } : { kind: "write", registerSet, value: chosen };
  }
}
