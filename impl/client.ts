/**
 * The client: one attempt to reach consensus, in one register set, no I/O.
 *
 * Replies go in as they arrive, in any order and any number of times; out come the next request to send to every server
 * and, in the end, the output. Whoever makes a core must own the register set (claims.ts, ownership.ts): a core proposes
 * one value, and nothing here stops a second core from proposing another in the same set.
 * Source: Howard & Mortier 2019, section 4, algorithm of clients; the four rules of the design.
 */
import type { QuorumTable } from "../spec/quorum-table.js";
import type { Value } from "../spec/register.js";
import { containsSome, hasServer, meets, NO_SERVERS, type ServerSet, singleton } from "../spec/server-set.js";
import {
  checkRegisterSet,
  checkValue,
  isRegisterSet,
  type PreparedReply,
  type RefusedReply,
  type Reply,
  type Request,
  type WrittenReply,
} from "./protocol.js";
import { type Quorums, quorumsOf } from "./quorums.js";
import { type SelectionRule, selectionRule } from "./selection.js";

export interface ClientOptions {
  readonly table: QuorumTable;
  readonly registerSet: number;
  /** The value that the client would like to see decided. */
  readonly input: Value;
}

/** `output` is the end; `write` is too, once `blocked`. */
export type ClientPhase = "idle" | "prepare" | "write" | "output";

export class ClientCore {
  readonly table: QuorumTable;
  readonly registerSet: number;
  readonly input: Value;
  readonly #quorums: Quorums;
  readonly #selection: SelectionRule;
  #phase: ClientPhase = "idle";
  #chosen: Value | null = null;
  /** Servers whose replies have been counted; sets, so that a duplicate counts once. */
  #prepared: ServerSet = NO_SERVERS;
  #written: ServerSet = NO_SERVERS;
  #refused: ServerSet = NO_SERVERS;

  /**
   * Throws RangeError for a register set that the table does not have, a value that cannot be carried, and a selection
   * that is not there yet.
   */
  constructor({ table, registerSet, input }: ClientOptions) {
    checkRegisterSet(registerSet);
    checkValue(input);
    this.table = table;
    this.registerSet = registerSet;
    this.input = input;
    this.#quorums = quorumsOf(table, registerSet);
    this.#selection = selectionRule(table);
  }

  get phase(): ClientPhase {
    return this.#phase;
  }

  /** What the client proposes in its register set, or null during phase 1. Fixed once it is there. */
  get chosen(): Value | null {
    return this.#chosen;
  }

  /** The decided value, or null while this attempt does not know one. */
  get output(): Value | null {
    return this.#phase === "output" ? this.#chosen : null;
  }

  /** Whether servers that refused meet every phase-2 quorum: this register set cannot decide the chosen value any more. */
  get blocked(): boolean {
    return this.#quorums.phase2.every((quorum) => meets(quorum, this.#refused));
  }

  /** The first request, for every server. Call once. */
  start(): Request {
    if (this.#phase !== "idle") throw new Error("this attempt has been started before");
    this.#phase = "prepare";
    return this.#writeOncePrepared() ?? { kind: "prepare", registerSet: this.registerSet };
  }

  /**
   * Takes the reply of the server with this index in the table; returns the next request for every server, if one is due.
   * A reply that does not fit (stale, from another register set, senseless) changes nothing.
   */
  receive(server: number, reply: Reply): Request | undefined {
    if (!(server >= 0 && server < this.table.servers.length)) throw new RangeError(`no server has index ${server}`);
    if (reply.kind === "prepared") return this.#receivePrepared(server, reply);
    if (reply.kind === "written") this.#receiveWritten(server, reply);
    if (reply.kind === "refused") this.#receiveRefused(server, reply);
    return undefined;
  }

  #receivePrepared(server: number, reply: PreparedReply): Request | undefined {
    if (this.#phase !== "prepare" || !isAnswerTo(this.registerSet, reply)) return undefined;
    if (hasServer(this.#prepared, server)) return undefined;
    this.#prepared |= singleton(server);
    this.#selection.hear(reply.written);
    return this.#writeOncePrepared();
  }

  /** Rule 4: the step to phase 2, as soon as a whole phase-1 quorum has answered and the selection rule allows a value. */
  #writeOncePrepared(): Request | undefined {
    if (!containsSome(this.#prepared, this.#quorums.phase1)) return undefined;
    const chosen = this.#selection.choose(this.input);
    if (chosen === null) return undefined;
    this.#chosen = chosen;
    this.#phase = "write";
    return { kind: "write", registerSet: this.registerSet, value: chosen };
  }

  /** Rule 1: output once a whole phase-2 quorum of this one register set holds the value. */
  #receiveWritten(server: number, reply: WrittenReply): void {
    if (this.#phase !== "write" || reply.registerSet !== this.registerSet || reply.value !== this.#chosen) return;
    this.#written |= singleton(server);
    if (containsSome(this.#written, this.#quorums.phase2)) this.#phase = "output";
  }

  #receiveRefused(server: number, reply: RefusedReply): void {
    if (this.#phase !== "write" || reply.registerSet !== this.registerSet) return;
    const { holds } = reply;
    // An unwritten register refuses nothing, and one that holds our value accepts it.
    if (holds.state === "unwritten" || (holds.state === "value" && holds.value === this.#chosen)) return;
    this.#refused |= singleton(server);
  }
}

/** Whether the reply is about phase 1 of this register set: values below it only, in ascending order. */
function isAnswerTo(registerSet: number, reply: PreparedReply): boolean {
  if (reply.registerSet !== registerSet) return false;
  let previous = -1;
  for (const [below] of reply.written) {
    if (!isRegisterSet(below) || below <= previous || below >= registerSet) return false;
    previous = below;
  }
  return true;
}
