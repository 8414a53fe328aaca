/** In a page: one thread, memory that is not shared, since pages from disk may share none, and not much of it. */
import type * as node from "./platform.js";

const BYTES_MAX = 512 * 1024 * 1024;

// Atomics do with it whatever one thread asks of them.
export const sharedBuffer = (bytes: number): SharedArrayBuffer =>
  new ArrayBuffer(bytes) as unknown as SharedArrayBuffer;

export const bytesMaxByDefault = (): number => BYTES_MAX;

/** By messages, since timers may be held back for milliseconds. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const receiver = port1 as unknown as { onmessage: () => void };
    receiver.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

export const startSearchWorker: typeof node.startSearchWorker = () => {
  throw new Error("a page searches with one thread");
};

/** The browser's own business. */
export const collectGarbage = (): void => {};

({ sharedBuffer, bytesMaxByDefault, nextTurn, startSearchWorker, collectGarbage }) satisfies typeof node;
