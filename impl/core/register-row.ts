/**
 * One server's infinite row of write-once registers R0, R1, R2, …
 *
 * Freezing always covers a whole prefix of the row, so one watermark stands for all the nils: a register without a
 * value is nil below it and unwritten from it on. That is what makes a freeze of any length one small step, in memory
 * and on disk.
 */
import { holding, NIL, type Register, UNWRITTEN, type Value } from "../../spec/register.js";
import { pageEnd } from "./pages.js";
import type { Page, Written } from "./protocol.js";

/** What a row may take of the process's memory, in bytes: a server that ran out of it would stop. */
const ROW_BYTES_MAX = 2 ** 30;
/** About what a register takes besides the text of its value. */
const REGISTER_BYTES = 150;

/** So few late writes are put in their places one by one; more are sorted in at once. */
const FEW = 8;

export class RegisterRow {
  readonly #values = new Map<number, Value>();
  /**
   * The same, ascending, but for what was written below its end and is not sorted in yet: most writes come at the end.
   */
  #ascending: Written[] = [];
  #late: Written[] = [];
  #length_bytes = 0;
  #frozenBelow = 0;

  /** Every register below this one is written or nil. Never sinks. */
  get frozenBelow(): number {
    return this.#frozenBelow;
  }

  /** All registers that hold a value, ascending. Not to be changed; stays as it is while the row changes. */
  get written(): readonly Written[] {
    return this.#sorted().slice();
  }

  registerAt(registerSet: number): Register {
    const value = this.#values.get(registerSet);
    if (value !== undefined) return holding(value);
    return registerSet < this.#frozenBelow ? NIL : UNWRITTEN;
  }

  hasRoomFor(value: Value): boolean {
    return this.#length_bytes + costOf_bytes(value) <= ROW_BYTES_MAX;
  }

  /** Turns every unwritten register below the register set into nil. */
  freezeBelow(registerSet: number): void {
    this.#frozenBelow = Math.max(this.#frozenBelow, registerSet);
  }

  /** Writes an unwritten register. Throws if it is nil or holds a value: the caller decides what that means. */
  write(registerSet: number, value: Value): void {
    const { state } = this.registerAt(registerSet);
    if (state !== "unwritten") throw new Error(`register ${registerSet} is write-once and not unwritten but ${state}`);
    this.#values.set(registerSet, value);
    this.#length_bytes += costOf_bytes(value);
    const isAtEnd = registerSet > (this.#ascending.at(-1)?.[0] ?? -1);
    (isAtEnd ? this.#ascending : this.#late).push([registerSet, value]);
  }

  /** The values in registers from `from` on and below `below`, or as many of the first of them as a page takes. */
  page(from: number, below: number): Page {
    const row = this.#sorted();
    const start = placeIn(row, from);
    const end = placeIn(row, below);
    const pageStop = pageEnd(row, start, end);
    const page = { written: row.slice(start, pageStop), ...(from > 0 && { from }) };
    return pageStop < end ? { ...page, next: row[pageStop]![0] } : page;
  }

  #sorted(): Written[] {
    if (this.#late.length > FEW) {
      this.#ascending = this.#ascending.concat(this.#late).sort(([one], [other]) => one - other);
    } else {
      for (const late of this.#late) this.#ascending.splice(placeIn(this.#ascending, late[0]), 0, late);
    }
    if (this.#late.length > 0) this.#late = [];
    return this.#ascending;
  }
}

/** Two bytes a unit is what text takes at most. */
const costOf_bytes = (value: Value): number => REGISTER_BYTES + 2 * value.length;

/** How many of the written registers are below the register set. */
function placeIn(ascending: readonly Written[], registerSet: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]![0] < registerSet) low = middle + 1;
    else high = middle;
  }
  return low;
}
