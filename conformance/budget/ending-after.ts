/**
 * Aborts with the signal, or after the seconds; null for no bound. (Not by AbortSignal.any: what it makes of a time-out
 * can be collected before that is over.)
 */
export function endingAfter(signal: AbortSignal, seconds: number | null): AbortSignal {
  if (seconds === null) return signal;
  const controller = new AbortController();
  const abort = () => controller.abort();
  setTimeout(abort, seconds * 1000).unref();
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return controller.signal;
}
