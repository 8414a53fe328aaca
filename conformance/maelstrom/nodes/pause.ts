const never = new Int32Array(new SharedArrayBuffer(4));

/** Waits, and lets nothing else in this thread go on meanwhile. */
export const pause = (ms: number): void => void Atomics.wait(never, 0, 0, ms);
