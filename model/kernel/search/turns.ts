/**
 * When the event loop of the calling thread takes a turn, so that signals arrive and progress is shown; and why a
 * search must stop.
 */

import { nextTurn } from "../platform.js";
import { CONTROL, raise } from "../store/search-memory.js";
import type { ExploreOptions, Progress, StopReason } from "./exploration.js";

/** Between two turns of the event loop. */
const TURN_MS = 20;

/** Between two calls of onProgress. */
const PROGRESS_MS = 100;

export class Turns {
  readonly #options: ExploreOptions;
  readonly #progress: () => Progress;
  readonly #started_ms = performance.now();
  readonly #end_ms: number;
  #turn_ms = this.#started_ms;
  #shown_ms = this.#started_ms;
  #ignoresStops = false;

  constructor(options: ExploreOptions, progress: () => Progress) {
    this.#options = options;
    this.#progress = progress;
    this.#end_ms = this.#started_ms + (options.secondsMax ?? Number.POSITIVE_INFINITY) * 1000;
  }

  get elapsed_ms(): number {
    return performance.now() - this.#started_ms;
  }

  /** From outside: a request to stop, or the end of the time given. */
  get stop(): StopReason | null {
    if (this.#ignoresStops) return null;
    if (this.#options.signal?.aborted) return "interrupted";
    return performance.now() >= this.#end_ms ? "time" : null;
  }

  /** What remains to be done is to be done, whatever comes. */
  ignoreStops(): void {
    this.#ignoresStops = true;
  }

  /**
   * A turn if it is time for one. The threads under this control, if any, are asked to pause if the search must stop.
   */
  async take(control?: Int32Array): Promise<void> {
    const now_ms = performance.now();
    if (now_ms - this.#turn_ms >= TURN_MS) {
      this.#turn_ms = now_ms;
      if (now_ms - this.#shown_ms >= PROGRESS_MS) {
        this.#shown_ms = now_ms;
        this.#options.onProgress?.(this.#progress());
      }
      await nextTurn();
    }
    if (control !== undefined && this.stop !== null) raise(control, CONTROL.pause);
  }
}
