/**
 * The server: passive, one row of write-once registers, no I/O.
 *
 * A request goes in; out come the records that must be durable before the reply may leave, and the reply. Keeping that
 * order is the driver's duty (server-host.ts). Source: Howard & Mortier 2019, section 3, "servers".
 */
import { holding, type Register, sameRegister } from "../../spec/register.js";
import type { LogRecord } from "./log-record.js";
import {
  checkRegisterSet,
  checkValue,
  type PrepareRequest,
  REGISTER_SET_LIMIT,
  type Reply,
  type Request,
  type WriteRequest,
} from "./protocol.js";
import { RegisterRow } from "./register-row.js";
import { RowSize } from "./row-size.js";

export interface Handled {
  /** What must be durable before the reply leaves; empty when nothing changes. */
  readonly records: readonly LogRecord[];
  readonly reply: Reply;
}

export interface ServerOptions {
  /**
   * Whether a write also turns the unwritten registers below into nil, as a Paxos acceptor promises what it accepts: clients of
   * lower sets learn sooner that they are late. Agreement needs none of it, so it is off unless asked for.
   */
  readonly writesFreezeBelow?: boolean;
}

export class ServerCore {
  readonly #row = new RegisterRow();
  readonly #size = new RowSize();
  readonly #writesFreezeBelow: boolean;

  constructor({ writesFreezeBelow = false }: ServerOptions = {}) {
    this.#writesFreezeBelow = writesFreezeBelow;
  }

  /** The server as its log remembers it, whatever its options were. Throws if the records contradict write-once registers. */
  static recover(records: Iterable<LogRecord>, options: ServerOptions = {}): ServerCore {
    const core = new ServerCore(options);
    for (const record of records) core.restore(record);
    return core;
  }

  /** Takes back one record of its log, in their order and before the first request. Throws as `recover` does. */
  restore(record: LogRecord): void {
    this.#apply(record);
  }

  registerAt(registerSet: number): Register {
    return this.#row.registerAt(registerSet);
  }

  /** Never throws: a request that makes no sense gets a `rejected` reply and changes nothing. */
  handle(request: Request): Handled {
    switch (request.kind) {
      case "prepare":
        return invalid(request) ?? this.#prepare(request);
      case "write":
        return invalid(request) ?? this.#write(request);
      case "read":
        return unchanged({
          kind: "row",
          frozenBelow: this.#row.frozenBelow,
          written: this.#row.writtenBelow(REGISTER_SET_LIMIT),
        });
    }
  }

  #prepare({ registerSet }: PrepareRequest): Handled {
    const records = this.#freezeBelow(registerSet);
    return { records, reply: { kind: "prepared", registerSet, written: this.#row.writtenBelow(registerSet) } };
  }

  #write({ registerSet, value }: WriteRequest): Handled {
    const holds = this.#row.registerAt(registerSet);
    if (holds.state === "unwritten") {
      if (!this.#size.hasRoomFor(value)) return unchanged(rejected("this server's row of registers is full"));
      const frozen = this.#writesFreezeBelow ? this.#freezeBelow(registerSet) : [];
      const record: LogRecord = { kind: "written", registerSet, value };
      this.#apply(record);
      return { records: [...frozen, record], reply: { kind: "written", registerSet, value } };
    }
    // A repeated write is answered like the first, so that a client whose reply was lost can ask again.
    if (sameRegister(holds, holding(value))) return unchanged({ kind: "written", registerSet, value });
    return unchanged({ kind: "refused", registerSet, holds });
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
    if (record.kind === "frozen") {
      this.#row.freezeBelow(record.below);
    } else {
      this.#row.write(record.registerSet, record.value);
      this.#size.add(record.value);
    }
  }
}

const unchanged = (reply: Reply): Handled => ({ records: [], reply });

const rejected = (reason: string): Reply => ({ kind: "rejected", reason });

function invalid(request: PrepareRequest | WriteRequest): Handled | null {
  try {
    checkRegisterSet(request.registerSet);
    if (request.kind === "write") checkValue(request.value);
    return null;
  } catch (error) {
    return unchanged(rejected((error as RangeError).message));
  }
}
