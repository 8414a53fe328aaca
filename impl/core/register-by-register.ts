/**
 * A client over dumb storage, one register at a time: drives a client core where servers know nothing but write-once
 * cells.
 *
 * To prepare a register set is to put nil into every lower register of a server, one request for each, in any order;
 * the server counts as prepared once all of them are known to hold something. That is as good as one step: what was
 * learnt of a register earlier stays true while the others are asked about. It takes as many requests as there are
 * lower registers, so it is for tables whose consensus is reached in the first few sets.
 *
 * No I/O and no loop of its own: whoever drives it delivers any of the pending requests, as often as it likes.
 */
import { isElected, isGated } from "../../spec/quorum-table.js";
import { ClientCore, type ClientOptions } from "./client.js";
import { isRegisterSet, type Written } from "./protocol.js";
import type { PutIfAbsent, PutIfAbsentReply, WrittenRegister } from "./register-storage.js";

/** A request, and the server that it is for, by its index in the table. */
export interface AddressedPut {
  readonly server: number;
  readonly request: PutIfAbsent;
}

export class RegisterByRegisterClient {
  readonly #core: ClientCore;
  /** For each server, what is known of its registers below the client's register set. */
  readonly #known: readonly Map<number, WrittenRegister>[];
  /** Servers that have answered the client's write. */
  readonly #answered = new Set<number>();

  /**
   * Starts the attempt. Throws RangeError as ClientCore does; for a gated set, since what cells hold cannot be asked without writing; and
   * for an elected one, since cells do not vote.
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
    this.#known = options.table.servers.map(() => new Map());
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
    const { phase, chosen, registerSet } = this.#core;
    if (this.#core.blocked || phase === "output") return;
    for (const [server, known] of this.#known.entries()) {
      if (chosen !== null) {
        if (!this.#answered.has(server) && this.#core.asks(server))
          yield { server, request: { registerSet, put: { state: "value", value: chosen } } };
        continue;
      }
      for (let below = 0; below < registerSet; below++) {
        if (!known.has(below)) yield { server, request: { registerSet: below, put: { state: "nil" } } };
      }
    }
  }

  /**
   * Takes a reply of the server with this index, in any order and any number of times. Replies that do not fit (late,
   * from above the register set, rejections) change nothing. Throws RangeError for an unknown server.
   */
  receive(server: number, reply: PutIfAbsentReply): void {
    const known = this.#known[server];
    if (known === undefined) throw new RangeError(`no server has index ${server}`);
    if (reply.kind === "rejected" || !isRegisterSet(reply.registerSet)) return;
    const { registerSet, holds } = reply;
    if (registerSet < this.#core.registerSet) this.#receiveBelow(server, known, registerSet, holds);
    else if (registerSet === this.#core.registerSet) this.#receiveOwn(server, holds);
  }

  #receiveBelow(
    server: number,
    known: Map<number, WrittenRegister>,
    registerSet: number,
    holds: WrittenRegister,
  ): void {
    known.set(registerSet, holds);
    if (known.size < this.#core.registerSet) return;
    this.#core.receive(server, { kind: "prepared", registerSet: this.#core.registerSet, written: valuesIn(known) });
  }

  #receiveOwn(server: number, holds: WrittenRegister): void {
    // Before it has chosen, the client has put nothing there: an answer to somebody else.
    if (this.#core.phase !== "write") return;
    this.#answered.add(server);
    const { registerSet } = this.#core;
    const isWritten = holds.state === "value" && holds.value === this.#core.chosen;
    this.#core.receive(
      server,
      isWritten ? { kind: "written", registerSet, value: holds.value } : { kind: "refused", registerSet, holds },
    );
  }
}

const valuesIn = (known: ReadonlyMap<number, WrittenRegister>): Written[] =>
  [...known]
    .flatMap(([registerSet, register]): Written[] =>
      register.state === "value" ? [[registerSet, register.value]] : [],
    )
    .sort(([a], [b]) => a - b);
