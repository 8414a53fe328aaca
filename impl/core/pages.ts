/**
 * Rows in pages: what a server holds may be more than a message should carry, or than one client may keep others
 * waiting for.
 *
 * A client asks for page after page, each from the register set on that the page before named. A page of registers that
 * are frozen is as stable as any reply. Of others, what a page shows stays true, and what it does not show may come
 * later: so of a row that was read in pages, what is held is held, and what is missing is nil below the least watermark
 * that a page told.
 */
import type { Value } from "../../spec/register.js";
import { isRegisterSet, type Page, VALUE_BYTES_MAX, type Written } from "./protocol.js";

/** What a page may take to be made and to be sent: about a millisecond. */
export const PAGE_REGISTERS_MAX = 4096;
export const PAGE_BYTES_MAX = 8 * (VALUE_BYTES_MAX + 64);

/** On the wire an entry is a register set and the index of its value; each distinct value goes once. */
const ENTRY_BYTES = 10;
const VALUE_LENGTH_BYTES = 4;

/**
 * Where the page ends that begins at `start`, both as places in the ascending row, of which `end` is the last: one
 * register at least.
 */
export function pageEnd(row: readonly Written[], start: number, end: number): number {
  const distinct = new Set<Value>();
  let length_bytes = 0;
  const last = Math.min(end, start + PAGE_REGISTERS_MAX);
  for (let at = start; at < last; at++) {
    const value = row[at]![1];
    length_bytes += ENTRY_BYTES;
    if (!distinct.has(value)) length_bytes += VALUE_LENGTH_BYTES + Buffer.byteLength(value, "utf8");
    if (length_bytes > PAGE_BYTES_MAX && at > start) return at;
    distinct.add(value);
  }
  return last;
}

/** The pages of one server's row below a register set, put together as they come. */
export class Pages {
  readonly #below: number;
  readonly #written: Written[] = [];
  #next = 0;
  #isWhole = false;

  constructor(below: number) {
    this.#below = below;
  }

  /** Where the page begins that is awaited. */
  get next(): number {
    return this.#next;
  }

  /** All that was taken so far, ascending. */
  get written(): readonly Written[] {
    return this.#written;
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Whether the page is the awaited one, and was taken: one that came before, or makes no sense, changes nothing. */
  take({ from = 0, written, next }: Page): boolean {
    if (this.#isWhole || from !== this.#next) return false;
    const end = next ?? this.#below;
    if (next !== undefined && !(isRegisterSet(next) && next > from && next < this.#below)) return false;
    let previous = from - 1;
    for (const [registerSet] of written) {
      if (!isRegisterSet(registerSet) || registerSet <= previous || registerSet >= end) return false;
      previous = registerSet;
    }
    for (const register of written) this.#written.push(register);
    this.#next = end;
    this.#isWhole = next === undefined;
    return true;
  }
}
