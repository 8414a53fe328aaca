/**
 * Errors that nothing catches while servers run in this process: a handler of a socket that throws, a promise that
 * fails unseen. In a process of its own the server would be gone; here they would end Quorate.
 */
import { faultOf } from "../lockstep/implementation-fault.js";

const EVENTS = ["uncaughtException", "unhandledRejection"] as const;

type Listener = (...given: unknown[]) => void;

export class StrayErrors {
  /** Since the beginning. */
  #first: Error | null = null;
  #isTold = false;
  readonly #before = EVENTS.map((event) => process.rawListeners(event) as Listener[]);
  readonly #take = (error: unknown): void => {
    this.#first ??= error instanceof Error ? error : new Error(String(error));
  };

  private constructor() {
    for (const event of EVENTS) process.removeAllListeners(event).on(event, this.#take);
  }

  /** Takes them from here on, in the place of whoever takes them else. */
  static watch(): StrayErrors {
    return new StrayErrors();
  }

  /** Throws the first one as a fault of `who`. */
  refuse(who: string): void {
    if (this.#first === null) return;
    this.#isTold = true;
    throw faultOf(who, this.#first);
  }

  /** Hands over to whoever took them before. Throws one that has not been told. */
  close(): void {
    for (const [index, event] of EVENTS.entries()) {
      process.removeListener(event, this.#take);
      for (const listener of this.#before[index]!) process.on(event, listener);
    }
    if (this.#first !== null && !this.#isTold) throw this.#first;
  }
}
