/**
 * One server's infinite row of write-once registers R0, R1, R2, …
 *
 * Freezing always covers a whole prefix of the row, so one watermark stands for all the nils: a register without a value is
 * nil below it and unwritten from it on. That is what makes a freeze of any length one small step, in memory and on disk.
 */
import { holding, NIL, type Register, UNWRITTEN, type Value } from "../../spec/register.js";
import type { Written } from "./protocol.js";

export class RegisterRow {
  readonly #values = new Map<number, Value>();
  /** The same, ascending: most writes come at the end, and everybody who prepares asks for all of it. */
  readonly #written: Written[] = [];
  #frozenBelow = 0;

  /** Every register below this one is written or nil. Never sinks. */
  get frozenBelow(): number {
    return this.#frozenBelow;
  }

  registerAt(registerSet: number): Register {
    const value = this.#values.get(registerSet);
    if (value !== undefined) return holding(value);
    return registerSet < this.#frozenBelow ? NIL : UNWRITTEN;
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
    this.#written.splice(this.#placeOf(registerSet), 0, [registerSet, value]);
  }

  /** Every value in registers below the register set, ascending. */
  writtenBelow(registerSet: number): Written[] {
    return this.#written.slice(0, this.#placeOf(registerSet));
  }

  /** How many of the written registers are below the register set. */
  #placeOf(registerSet: number): number {
    let low = 0;
    let high = this.#written.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#written[middle]![0] < registerSet) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
