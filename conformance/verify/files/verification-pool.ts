/** Verifies several tables at a time, each in a worker thread of its own. */
import { availableParallelism } from "node:os";
import { MessageChannel } from "node:worker_threads";
import { Piscina } from "piscina";
import type { Verification } from "../report.js";
import type { VerifyTable } from "./outcome.js";
import type { VerificationTask } from "./verification-worker.js";

export interface VerificationPool {
  /** How many tables are verified at once. */
  readonly size: number;
  readonly verifyTable: VerifyTable;
  close(): Promise<void>;
}

/**
 * One table more than there are cores: a third of the time that one takes, it waits for the syncs of servers over TCP.
 * Threads cost some 300 ms each to start, which several tables repay. Close the pool, or the process does not end.
 */
export function startVerificationPool(): VerificationPool {
  const size = availableParallelism() + 1;
  const pool = new Piscina({
    filename: new URL("./verification-worker.js", import.meta.url).href,
    minThreads: size,
    maxThreads: size,
  });
  return {
    size,
    close: () => pool.close(),
    async verifyTable(file, table, { signal, onProgress, onAnswer: _, ...request }): Promise<Verification> {
      const { port1: here, port2: port } = new MessageChannel();
      const abort = () => here.postMessage("abort");
      here.on("message", onProgress);
      signal.addEventListener("abort", abort);
      try {
        const task: VerificationTask = { file, table, request, port };
        return await pool.run(task, { transferList: [port] });
      } finally {
        signal.removeEventListener("abort", abort);
        here.close();
      }
    },
  };
}
