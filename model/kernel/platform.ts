/**
 * What the kernel needs of the machine that it runs on, and all that it knows of Node. In pages that search for
 * themselves `platform.browser.ts` stands in its place: one thread, and less memory.
 */
import { totalmem } from "node:os";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MessageChannel, Worker } from "node:worker_threads";
import { builtScript } from "../built-script.js";

/** Zeros, to be shared by the threads of a search. */
export const sharedBuffer = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);

/** Half of what the machine, or the container, has. */
export const bytesMaxByDefault = (): number => Math.floor(Math.min(totalmem(), process.constrainedMemory()) / 2);

/** When whatever else waits has had its turn. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * One end of a channel to a worker thread. In its own words, since whoever uses this package may have no types of Node.
 */
export interface MemoryPort {
  postMessage(message: object): void;
  close(): void;
}

/** A worker thread of a search, which runs model/search-worker.ts, and the port by which new memory is sent to it. */
export interface SearchWorker {
  readonly worker: {
    on(event: "error", listener: (error: unknown) => void): unknown;
    unref(): void;
    terminate(): Promise<unknown>;
  };
  readonly memoryPort: MemoryPort;
}

/** @param taskWith what it is started with, given its end of the port */
export function startSearchWorker(taskWith: (memoryPort: MemoryPort) => object): SearchWorker {
  const script = builtScript(new URL("../search-worker.js", import.meta.url));
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  return { worker: new Worker(script, { workerData: taskWith(port2), transferList: [port2] }), memoryPort: port1 };
}

let collect: (() => void) | null = null;

/**
 * Collects this thread's garbage now. The collector comes when a thread's own heap grows. Searches allocate next to
 * nothing there, so the tables that they grow out of, hundreds of megabytes of shared memory, would stay until the end:
 * as long as one thread has not collected its view of them.
 */
export function collectGarbage(): void {
  if (collect === null) {
    // The only way to call the collector without an option on node's command line.
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}
