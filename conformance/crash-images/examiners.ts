/** Who makes passes, and how many at a time. */
import { Piscina } from "piscina";
import type { PassTask } from "./pass-worker.js";
import { type Pass, type Passed, Passes, type Subject } from "./passes.js";
import { isStopped, madeIn, newSignals, stop } from "./signals.js";

export interface Examiners {
  /** How many at a time. */
  readonly size: number;
  readonly run: (pass: Pass) => Promise<Passed>;
  /** How many images were made so far, some of which may not be needed. */
  readonly made: () => number;
  /** What is under way ends early. */
  readonly stop: () => void;
  readonly close: () => Promise<void>;
}

/** This thread alone. */
export function examinersHere(subject: Subject): Examiners {
  const signals = newSignals();
  const passes = new Passes(subject);
  return {
    size: 1,
    run: (pass) => passes.run(pass, isStopped(signals)),
    made: () => madeIn(signals),
    stop: () => stop(signals),
    close: async () => {},
  };
}

/** Threads, each with some 300 ms to start. Close them, or the process does not end. */
export function startExaminers(subject: Subject, size: number): Examiners {
  const signals = newSignals();
  const pool = new Piscina({
    filename: new URL("./pass-worker.js", import.meta.url).href,
    minThreads: size,
    maxThreads: size,
    workerData: subject,
  });
  return {
    size,
    run: (pass) => pool.run({ pass, signals } satisfies PassTask),
    made: () => madeIn(signals),
    stop: () => stop(signals),
    close: () => pool.close(),
  };
}
