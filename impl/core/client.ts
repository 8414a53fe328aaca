/**
 * The client: one attempt to reach consensus, in one register set, no I/O.
 *
 * Replies go in as they arrive, in any order and any number of times; out come the next request to send to every server
 * and, in the end, the output. Whoever makes a core must own the register set (claims.ts, ownership.ts): a core
 * proposes one value, and nothing here stops a second core from proposing another in the same set. Source: Howard &
 * Mortier 2019, section 4, algorithm of clients; the four rules are in spec/README.md.
 */
import { isElected, isGated, type QuorumTable } from "../../spec/quorum-table.js";
import type { Value } from "../../spec/register.js";
import { isArbiter } from "../../spec/roles.js";
import { allServers, contains, hasServer, NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import { DecisionTable } from "./decision-table.js";
import { Election } from "./election.js";
import { checkSameDecision, ExclusiveReads } from "./exclusive-reads.js";
import { Gate } from "./gate.js";
import { Preparation } from "./preparation.js";
import {
  checkRegisterSet,
  checkValue,
  type PreparedReply,
  type RefusedReply,
  type RejectedReply,
  type Reply,
  type Request,
  type RowReply,
  type VotedReply,
  type Written,
  type WrittenReply,
} from "./protocol.js";
import { type Quorums, quorumsOf } from "./quorums.js";
import type { SelectionRule } from "./selection/selection-rule.js";
import { selectionRule } from "./selection.js";

export interface ClientOptions {
  readonly table: QuorumTable;
  readonly registerSet: number;
  /** The value that the client would like to see decided. */
  readonly input: Value;
  /**
   * Servers to hear from before choosing, besides what the selection needs: a client may always hear more. None unless
   * given.
   */
  readonly awaited?: ServerSet;
  /** The client's number, by which servers vote for it: needed where the register set is elected. */
  readonly candidate?: number;
}

/** `gate`: in a gated set, before anything else. `output` is the end; `prepare` and `write` are too, once `blocked`. */
export type ClientPhase = "idle" | "gate" | "prepare" | "write" | "output";

export class ClientCore {
  readonly table: QuorumTable;
  readonly registerSet: number;
  readonly input: Value;
  readonly #awaited: ServerSet;
  readonly #quorums: Quorums;
  readonly #selection: SelectionRule;
  /** Null where there is no election. */
  readonly #election: Election | null;
  /** Null where the register set waits for nothing. */
  readonly #gate: Gate | null;
  #phase: ClientPhase = "idle";
  #chosen: Value | null = null;
  /** What a server says is decided. */
  #told: Value | null = null;
  /** Servers whose replies have been counted; sets, so that a duplicate counts once. */
  #prepared: ServerSet = NO_SERVERS;
  readonly #reads = new Map<number, readonly Written[]>();
  /** How far each server's promise has come, by server. */
  readonly #preparations = new Map<number, Preparation>();
  readonly #exclusive: ExclusiveReads;
  #written: ServerSet = NO_SERVERS;
  #refused: ServerSet = NO_SERVERS;

  /**
   * Throws RangeError for a register set that the table does not have, for a value that cannot be carried, and without
   * a number that it needs.
   */
  constructor({ table, registerSet, input, awaited = NO_SERVERS, candidate = Number.NaN }: ClientOptions) {
    checkRegisterSet(registerSet);
    checkValue(input);
    this.table = table;
    this.registerSet = registerSet;
    this.input = input;
    this.#awaited = awaited;
    this.#exclusive = new ExclusiveReads(table);
    this.#quorums = quorumsOf(table, registerSet);
    this.#selection = selectionRule(table, registerSet);
    this.#election = isElected(table, registerSet) ? new Election(table, registerSet, candidate) : null;
    this.#gate = isGated(table, registerSet) ? new Gate(table, registerSet) : null;
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
    return this.#phase === "output" ? (this.#told ?? this.#chosen) : null;
  }

  /** The servers whose promises are complete. */
  get heard(): ServerSet {
    return this.#prepared;
  }

  /** The values that the server's promise told, ascending by register set, or null before it is complete. */
  readsOf(server: number): readonly Written[] | null {
    return this.#reads.get(server) ?? null;
  }

  /** Whether this attempt cannot end any more, whatever replies come: only another register set can do better. */
  get blocked(): boolean {
    if (this.#phase === "output") return false;
    // Servers that refused meet every phase-2 quorum.
    if (this.#quorums.phase2.meetsEvery(this.#refused)) return true;
    if (this.#phase === "prepare" && this.#election?.isLost === true) return true;
    // Every server has told what it will always hold, and nothing may be chosen.
    return this.#phase === "prepare" && this.#prepared === allServers(this.table.servers.length);
  }

  /** Whether this attempt could still end if no server but these answered from now on. */
  couldEndWith(answering: ServerSet): boolean {
    const { phase1, phase2 } = this.#quorums;
    if (this.#phase === "output") return true;
    if (this.#phase === "gate" && !this.#gate!.couldOpenWith(answering)) return false;
    if (this.#phase === "write") return phase2.isQuorum((answering & ~this.#refused) | this.#written);
    if (this.#election !== null && !this.#election.couldBeWonBy(answering)) return false;
    // Once a phase-1 quorum was heard, only somebody new can help a client that still waits.
    const stalls =
      this.#election?.isWon !== false && phase1.isQuorum(this.#prepared) && contains(this.#prepared, answering);
    return !stalls && phase1.isQuorum(answering | this.#prepared) && phase2.isQuorum(answering);
  }

  /**
   * What phase 1 has told so far about every quorum below, whatever the table's selection. Made afresh at every call.
   */
  decisionTable(): DecisionTable {
    const decisions = new DecisionTable(this.table, this.registerSet);
    for (const [server, written] of this.#reads) decisions.hear(server, written);
    return decisions;
  }

  /** The first request, for every server. Call once. */
  start(): Request {
    if (this.#phase !== "idle") throw new Error("this attempt has been started before");
    if (this.#gate === null) return this.#prepare();
    this.#phase = "gate";
    return this.#gate.requestTo(0);
  }

  #prepare(): Request {
    this.#phase = "prepare";
    return this.#writeOncePrepared() ?? this.#election?.request ?? { kind: "prepare", registerSet: this.registerSet };
  }

  /**
   * What one server is to be asked now: the next page of a long promise, say. Null where its part in the phase is done.
   */
  nextTo(server: number): Request | null {
    if (this.#phase === "gate") return this.#gate!.requestTo(server);
    if (this.#phase === "prepare") return this.#nextToPrepare(server);
    if (this.#phase !== "write" || hasServer(this.#written | this.#refused, server) || !this.asks(server)) return null;
    return this.#writeRequest();
  }

  /** Whether the phase's request is for this server as well: to an arbiter nothing is written. */
  asks(server: number): boolean {
    return this.#phase !== "write" || !isArbiter(this.table, server);
  }

  /** Its vote first, where somebody is elected; where votes are promises, its voters alone tell what they hold. */
  #nextToPrepare(server: number): Request | null {
    const election = this.#election;
    if (election !== null && !election.hasAnswerOf(server)) {
      const preparation = this.#preparationOf(server);
      return preparation.isLifting ? preparation.request : election.request;
    }
    const tellsNothing = this.registerSet === 0 || (election?.isPromised === true && !election.hasVoteOf(server));
    if (hasServer(this.#prepared, server) || tellsNothing) return null;
    return this.#preparationOf(server).request;
  }

  /**
   * Takes the reply of the server with this index in the table; returns the next request for every server, if one is
   * due. A reply that does not fit (stale, from another register set, senseless) changes nothing. Throws
   * RulesBrokenError for a second value in an exclusive set, or a second decided one: then the client must stop.
   */
  receive(server: number, reply: Reply): Request | undefined {
    if (!(server >= 0 && server < this.table.servers.length)) throw new RangeError(`no server has index ${server}`);
    if (reply.kind === "row") return this.#receiveRow(server, reply);
    if (reply.kind === "voted") return this.#receiveVoted(server, reply);
    if (reply.kind === "prepared") return this.#receivePrepared(server, reply);
    if (reply.kind === "written") this.#receiveWritten(server, reply);
    if (reply.kind === "refused") this.#receiveRefused(server, reply);
    if (reply.kind === "rejected") this.#receiveRejected(server, reply);
    if (reply.kind === "decided") this.#receiveDecided(server, reply.value);
    return undefined;
  }

  /** A gated set is proposed in only after a decision in the range before. */
  #receiveRow(server: number, reply: RowReply): Request | undefined {
    if (this.#phase !== "gate") return undefined;
    this.#gate!.hear(server, reply);
    return this.#gate!.isOpen ? this.#prepare() : undefined;
  }

  /** Below set 0 there is nothing to tell: a vote is all that a client of it can hear. */
  #receiveVoted(server: number, reply: VotedReply): Request | undefined {
    if (this.#phase !== "prepare" || this.#election === null) return undefined;
    this.#election.hear(server, reply);
    if (this.registerSet === 0 && this.#election.hasVoteOf(server)) this.#prepared |= singleton(server);
    return this.#writeOncePrepared();
  }

  /** A server counts as heard once all pages of its promise are there. */
  #receivePrepared(server: number, reply: PreparedReply): Request | undefined {
    if (this.#phase !== "prepare") return undefined;
    if (hasServer(this.#prepared, server)) return undefined;
    const isLifting = reply.registerSet !== this.registerSet;
    if (this.#election?.isPromised === true && !this.#election.hasVoteOf(server) && !isLifting) return undefined;
    const written = this.#preparationOf(server).take(reply);
    if (written === null) return undefined;
    this.#exclusive.hear(server, written);
    this.#prepared |= singleton(server);
    this.#preparations.delete(server);
    this.#reads.set(server, written);
    this.#selection.hear(server, written);
    return this.#writeOncePrepared();
  }

  #receiveRejected(server: number, reply: RejectedReply): void {
    if (this.#phase !== "prepare" || hasServer(this.#prepared, server)) return;
    this.#preparationOf(server).rejected(reply);
  }

  /** Somebody has output the value, by rule 1 or for having been told in turn: so a quorum holds it, or did. */
  #receiveDecided(server: number, value: Value): void {
    if (this.#phase === "output") checkSameDecision(this.table.servers[server]!, value, this.output!);
    this.#told = value;
    this.#phase = "output";
  }

  #preparationOf(server: number): Preparation {
    const preparation = this.#preparations.get(server) ?? new Preparation(this.registerSet);
    this.#preparations.set(server, preparation);
    return preparation;
  }

  /**
   * Rule 4: the step to phase 2, as soon as the selection rule allows a value, after a whole phase-1 quorum if it needs
   * one.
   */
  #writeOncePrepared(): Request | undefined {
    if (!contains(this.#prepared, this.#awaited)) return undefined;
    if (this.#election !== null && !this.#election.isWon) return undefined;
    if (this.#selection.needsPhase1Quorum && !this.#quorums.phase1.isQuorum(this.#prepared)) return undefined;
    const chosen = this.#selection.choose(this.input);
    if (chosen === null) return undefined;
    this.#chosen = chosen;
    this.#phase = "write";
    return this.#writeRequest();
  }

  #writeRequest(): Request {
    return { kind: "write", registerSet: this.registerSet, value: this.#chosen! };
  }

  /** Rule 1: output once a whole phase-2 quorum of this one register set holds the value. */
  #receiveWritten(server: number, reply: WrittenReply): void {
    if (this.#phase !== "write" || reply.registerSet !== this.registerSet || reply.value !== this.#chosen) return;
    this.#written |= singleton(server);
    if (this.#quorums.phase2.isQuorum(this.#written)) this.#phase = "output";
  }

  #receiveRefused(server: number, reply: RefusedReply): void {
    if (this.#phase !== "write" || reply.registerSet !== this.registerSet) return;
    const { holds } = reply;
    // An unwritten register refuses nothing, and one that holds our value accepts it.
    if (holds.state === "unwritten" || (holds.state === "value" && holds.value === this.#chosen)) return;
    if (holds.state === "value") {
      this.#exclusive.hearOwn(this.registerSet, this.#chosen!, { server, value: holds.value });
    }
    this.#refused |= singleton(server);
  }
}
