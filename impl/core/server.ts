/**
 * The server: passive, one row of write-once registers, no I/O.
 *
 * A request goes in; out come the records that must be durable before the reply may leave, and the reply. Keeping that
 * order is the driver's duty (server-host.ts). Source: Howard & Mortier 2019, section 3, "servers".
 */
import { holding, type Register, sameRegister, type Value } from "../../spec/register.js";
import type { LogRecord } from "./log-record.js";
import {
  checkCandidate,
  checkRegisterSet,
  checkValue,
  type PrepareRequest,
  REGISTER_SET_LIMIT,
  type ReadRequest,
  type RejectedReply,
  type Reply,
  type Request,
  type VoteRequest,
  type WriteRequest,
  type Written,
} from "./protocol.js";
import { RegisterRow } from "./register-row.js";
import { type Vote, Votes } from "./votes.js";

export interface Handled {
  /** What must be durable before the reply leaves; empty when nothing changes. */
  readonly records: readonly LogRecord[];
  readonly reply: Reply;
}

export interface ServerOptions {
  /**
   * Whether a write also turns the unwritten registers below into nil, as a Paxos acceptor promises what it accepts:
   * clients of lower sets learn sooner that they are late. Agreement needs none of it, so it is off unless asked for.
   */
  readonly writesFreezeBelow?: boolean;
  /** An arbiter votes and promises, and rejects what is to be written to it. */
  readonly isArbiter?: boolean;
  /** How far one request may freeze; any register set unless given. */
  readonly freezeBound?: FreezeBound;
}

export interface FreezeBound {
  /** Sets below this one count as in use from the beginning; others once they are frozen. */
  readonly inUse: number;
  /** How many sets beyond those in use may be frozen by one request: see FREEZES_AHEAD_MAX in ownership.ts. */
  readonly ahead: number;
}

export class ServerCore {
  #row = new RegisterRow();
  #votes = new Votes();
  /** What clients said is decided; then there is no row any more. */
  #decided: Value | null = null;
  readonly #writesFreezeBelow: boolean;
  readonly #isArbiter: boolean;
  readonly #freezeBound: FreezeBound | null;

  constructor({ writesFreezeBelow = false, isArbiter = false, freezeBound }: ServerOptions = {}) {
    this.#isArbiter = isArbiter;
    this.#writesFreezeBelow = writesFreezeBelow;
    this.#freezeBound = freezeBound ?? null;
  }

  /**
   * The server as its log remembers it, whatever its options were. Throws if the records contradict write-once
   * registers.
   */
  static recover(records: Iterable<LogRecord>, options: ServerOptions = {}): ServerCore {
    const core = new ServerCore(options);
    for (const record of records) core.restore(record);
    return core;
  }

  /** Takes back one record of its log, in their order and before the first request. Throws as `recover` does. */
  restore(record: LogRecord): void {
    this.#apply(record);
  }

  /** The value that the server was told is decided, or null. */
  get decided(): Value | null {
    return this.#decided;
  }

  /** Throws once the server knows what is decided: it keeps no registers any more. */
  registerAt(registerSet: number): Register {
    if (this.#decided !== null) throw new Error("the registers of a server that knows what is decided are gone");
    return this.#row.registerAt(registerSet);
  }

  /** The fewest records that lead to the server as it is now, whatever becomes of it meanwhile. */
  history(): Iterable<LogRecord> {
    if (this.#decided !== null) return [{ kind: "decided", value: this.#decided }];
    return rowHistory(this.#row.written, this.#row.frozenBelow, [...this.#votes.given]);
  }

  /** Never throws: a request that makes no sense gets a `rejected` reply and changes nothing. */
  handle(request: Request): Handled {
    const refusal = invalid(request);
    if (refusal !== null) return refusal;
    if (this.#decided !== null) return unchanged({ kind: "decided", value: this.#decided });
    switch (request.kind) {
      case "prepare":
        return this.#prepare(request);
      case "write":
        return this.#write(request);
      case "vote":
        return this.#vote(request);
      case "read":
        return unchanged(this.#read(request));
      case "decided":
        return this.#decide(request.value);
    }
  }

  #decide(value: Value): Handled {
    const record: LogRecord = { kind: "decided", value };
    this.#apply(record);
    return { records: [record], reply: { kind: "decided", value } };
  }

  #read({ from = 0 }: ReadRequest): Reply {
    return { kind: "row", frozenBelow: this.#row.frozenBelow, ...this.#row.page(from, REGISTER_SET_LIMIT) };
  }

  #prepare({ registerSet, from = 0 }: PrepareRequest): Handled {
    if (registerSet > this.#freezesUpTo) return unchanged(this.#tooFar(registerSet));
    const records = this.#freezeBelow(registerSet);
    return { records, reply: { kind: "prepared", registerSet, ...this.#row.page(from, registerSet) } };
  }

  /** A vote is given once. Whoever asks is told to whom, so that a client whose reply was lost can ask again. */
  #vote({ registerSet, candidate, promise }: VoteRequest): Handled {
    const given = this.#votes.candidateIn(registerSet);
    if (given !== null) return unchanged({ kind: "voted", registerSet, candidate: given });
    if (!this.#votes.hasRoom) return unchanged(rejected("this server has given as many votes as it has room for"));
    if (promise && registerSet > this.#freezesUpTo) return unchanged(this.#tooFar(registerSet));
    const frozen = promise ? this.#freezeBelow(registerSet) : [];
    const record: LogRecord = { kind: "voted", registerSet, candidate };
    this.#apply(record);
    return { records: [...frozen, record], reply: { kind: "voted", registerSet, candidate } };
  }

  #write({ registerSet, value }: WriteRequest): Handled {
    if (this.#isArbiter) return unchanged(rejected("this server is an arbiter, and holds no values"));
    const holds = this.#row.registerAt(registerSet);
    if (holds.state === "unwritten") {
      if (!this.#row.hasRoomFor(value)) return unchanged(rejected("this server's row of registers is full"));
      if (this.#writesFreezeBelow && registerSet > this.#freezesUpTo) return unchanged(this.#tooFar(registerSet));
      const frozen = this.#writesFreezeBelow ? this.#freezeBelow(registerSet) : [];
      const record: LogRecord = { kind: "written", registerSet, value };
      this.#apply(record);
      return { records: [...frozen, record], reply: { kind: "written", registerSet, value } };
    }
    // A repeated write is answered like the first, so that a client whose reply was lost can ask again.
    if (sameRegister(holds, holding(value))) return unchanged({ kind: "written", registerSet, value });
    return unchanged({ kind: "refused", registerSet, holds });
  }

  get #freezesUpTo(): number {
    if (this.#freezeBound === null) return REGISTER_SET_LIMIT;
    const { inUse, ahead } = this.#freezeBound;
    return Math.max(this.#row.frozenBelow, inUse) + ahead;
  }

  #tooFar(registerSet: number): RejectedReply {
    const preparesUpTo = this.#freezesUpTo;
    const reason = `R${registerSet} is too far beyond what is in use here, which ends below R${this.#row.frozenBelow}: R${preparesUpTo} is the highest set to be frozen below at once`;
    return { kind: "rejected", reason, preparesUpTo };
  }

  /** The records of it: none where nothing below can be unwritten. */
  #freezeBelow(registerSet: number): LogRecord[] {
    const records: LogRecord[] = [];
    if (registerSet > this.#row.frozenBelow) records.push({ kind: "frozen", below: registerSet });
    for (const record of records) this.#apply(record);
    return records;
  }

  /** The one way in which the row changes, live and on recovery: so the log cannot miss a change. */
  #apply(record: LogRecord): void {
    if (this.#decided !== null) throw new Error(`a record, "${record.kind}", of a server that knew what is decided`);
    if (record.kind === "frozen") {
      this.#row.freezeBelow(record.below);
    } else if (record.kind === "written") {
      this.#row.write(record.registerSet, record.value);
    } else if (record.kind === "voted") {
      this.#votes.give(record.registerSet, record.candidate);
    } else {
      this.#decided = record.value;
      this.#row = new RegisterRow();
      this.#votes = new Votes();
    }
  }
}

/** The freeze comes last, for what it froze was written before. */
function* rowHistory(written: readonly Written[], frozenBelow: number, votes: readonly Vote[]): Generator<LogRecord> {
  for (const [registerSet, candidate] of votes) yield { kind: "voted", registerSet, candidate };
  for (const [registerSet, value] of written) yield { kind: "written", registerSet, value };
  if (frozenBelow > 0) yield { kind: "frozen", below: frozenBelow };
}

const unchanged = (reply: Reply): Handled => ({ records: [], reply });

const rejected = (reason: string): Reply => ({ kind: "rejected", reason });

function invalid(request: Request): Handled | null {
  try {
    if ("registerSet" in request) checkRegisterSet(request.registerSet);
    if ("value" in request) checkValue(request.value);
    else if (request.kind === "vote") checkCandidate(request.candidate);
    else checkRegisterSet(request.from ?? 0);
    return null;
  } catch (error) {
    return unchanged(rejected((error as RangeError).message));
  }
}
