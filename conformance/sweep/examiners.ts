/** Who examines tables, and how many at once. */
import { Piscina } from "piscina";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { type Examination, type ExamineOptions, examineUntilStopped } from "./examine.js";
import type { Explorer } from "./request.js";
import type { ExaminationTask } from "./sweep-worker.js";

export interface Examiners {
  /** How many examine at once. */
  readonly size: number;
  /** In order; fewer than the tables if it was stopped meanwhile. */
  readonly examineAll: (tables: readonly QuorumTable[]) => Promise<readonly Examination[]>;
  /** Makes whatever is being examined end early. */
  readonly stop: () => void;
  readonly close: () => Promise<void>;
}

/** This thread alone, and with whatever judge. */
export function examinersHere(options: Omit<ExamineOptions, "isStopped">): Examiners {
  let stopped = false;
  return {
    size: 1,
    examineAll: async (tables) => examineUntilStopped(tables, { ...options, isStopped: () => stopped }),
    stop: () => {
      stopped = true;
    },
    close: async () => {},
  };
}

/** Threads that examine in every interleaving or by the reduction. Close them, or the process does not end. */
export function startExaminers(explorer: Explorer, size: number): Examiners {
  const stopped = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const pool = new Piscina({
    filename: new URL("./sweep-worker.js", import.meta.url).href,
    minThreads: size,
    maxThreads: size,
  });
  return {
    size,
    examineAll(tables) {
      const task: ExaminationTask = { tables, explorer, stopped };
      return pool.run(task);
    },
    stop: () => void Atomics.store(stopped, 0, 1),
    close: () => pool.close(),
  };
}
