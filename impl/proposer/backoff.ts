/** Waiting, at random and longer each time: what ends the duel of two proposers. */

export interface BackoffOptions {
  readonly base_ms: number;
  readonly limit_ms: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * "Full jitter": uniform below base · 2^failures, capped. Source: M. Brooker, "Exponential backoff and jitter", 2015.
 */
export const backoff_ms = (failures: number, { base_ms, limit_ms, random }: BackoffOptions): number =>
  random() * Math.min(limit_ms, base_ms * 2 ** Math.min(failures, 30));

/** Resolves after the delay; rejects with the signal's reason as soon as that aborts. */
export function sleep(delay_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, delay_ms);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
