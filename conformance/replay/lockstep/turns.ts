import { setImmediate } from "node:timers/promises";

/** Between two turns of the event loop. */
const TURN_MS = 100;

/** Turns of the event loop amid long work in memory: they let signals in and progress out. */
export class Turns {
  readonly #signal: AbortSignal;
  readonly #onTurn: () => void;
  #turned_ms = performance.now();

  constructor(signal: AbortSignal, onTurn: () => void) {
    this.#signal = signal;
    this.#onTurn = onTurn;
  }

  /** Takes one if it is time for one. True where the work has to end. */
  async take(): Promise<boolean> {
    if (performance.now() - this.#turned_ms >= TURN_MS) {
      this.#onTurn();
      await setImmediate();
      this.#turned_ms = performance.now();
    }
    return this.#signal.aborted;
  }
}
