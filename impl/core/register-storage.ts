/**
 * The dumbest server: write-once cells, one for each register, and a single operation on one cell at a time. It knows
 * neither phases nor prefixes of its row; whatever can put a cell if it is absent will do (an object store, a table
 * with a unique key).
 *
 * Sans I/O like server.ts: a request goes in; out come the records that must be durable before the reply leaves, and
 * the reply. Source: Howard & Mortier 2019, section 3.
 */
import { type Register, sameRegister, UNWRITTEN } from "../../spec/register.js";
import { checkRegisterSet, checkValue } from "./protocol.js";

/** What a cell can hold permanently: nil or a value. */
export type WrittenRegister = Exclude<Register, { readonly state: "unwritten" }>;

/** Put this into the register unless it holds something already. Idempotent. */
export interface PutIfAbsent {
  readonly registerSet: number;
  readonly put: WrittenRegister;
}

/** What the register holds from now on: what was put, or what was there before. Or that the request made no sense. */
export type PutIfAbsentReply =
  | { readonly kind: "holds"; readonly registerSet: number; readonly holds: WrittenRegister }
  | { readonly kind: "rejected"; readonly reason: string };

/** What must not be forgotten: one register that took what was put. */
export interface CellRecord {
  readonly registerSet: number;
  readonly holds: WrittenRegister;
}

interface HandledPut {
  /** What must be durable before the reply leaves; empty when nothing changes. */
  readonly records: readonly CellRecord[];
  readonly reply: PutIfAbsentReply;
}

export class RegisterStorage {
  readonly #cells = new Map<number, WrittenRegister>();

  /** The storage as its records remember it. Throws if they contradict write-once registers. */
  static recover(records: Iterable<CellRecord>): RegisterStorage {
    const storage = new RegisterStorage();
    for (const record of records) storage.#apply(record);
    return storage;
  }

  registerAt(registerSet: number): Register {
    return this.#cells.get(registerSet) ?? UNWRITTEN;
  }

  /** Never throws: a request that makes no sense gets a `rejected` reply and changes nothing. */
  putIfAbsent({ registerSet, put }: PutIfAbsent): HandledPut {
    try {
      checkRegisterSet(registerSet);
      if (put.state === "value") checkValue(put.value);
    } catch (error) {
      return { records: [], reply: { kind: "rejected", reason: (error as RangeError).message } };
    }
    const before = this.#cells.get(registerSet);
    if (before !== undefined) return { records: [], reply: { kind: "holds", registerSet, holds: before } };
    const record: CellRecord = { registerSet, holds: put };
    this.#apply(record);
    return { records: [record], reply: { kind: "holds", registerSet, holds: put } };
  }

  /** The one way in which a cell changes, live and on recovery: so the records cannot miss a change. */
  #apply({ registerSet, holds }: CellRecord): void {
    const before = this.#cells.get(registerSet);
    if (before !== undefined && !sameRegister(before, holds)) {
      throw new Error(`register ${registerSet} is write-once and holds something else already`);
    }
    this.#cells.set(registerSet, holds);
  }
}
