/** What threads that make images tell each other: that they should stop, and how many they have made. */
export type Signals = BigInt64Array;

const STOP = 0;
const MADE = 1;

/** Images between two turns of the event loop, on which people are heard who want to stop. */
const TURN_EVERY = 500;

export const newSignals = (): Signals => new BigInt64Array(new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT));

export const stop = (signals: Signals): void => void Atomics.store(signals, STOP, 1n);

export const madeIn = (signals: Signals): number => Number(Atomics.load(signals, MADE));

/** To be asked before each image is made. */
export function isStopped(signals: Signals): () => boolean | Promise<boolean> {
  let made = 0;
  const isTold = () => Atomics.load(signals, STOP) !== 0n;
  const turn = async () => {
    Atomics.add(signals, MADE, BigInt(TURN_EVERY));
    await new Promise((resolve) => setImmediate(resolve));
    return isTold();
  };
  return () => (++made % TURN_EVERY === 0 ? turn() : false);
}
