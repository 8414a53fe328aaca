import { setMaxListeners } from "node:events";

/**
 * Gives up after so long, or when the signal says so; the caller releases it once it knows better. Not by
 * AbortSignal.any: what it makes of a time-out can be collected before that is over.
 *
 * @param giveUp with the signal's reason, or with `late`
 */
export function givingUp(
  giveUp: (why: unknown) => void,
  { after_ms, late, signal }: { after_ms: number; late: () => unknown; signal: AbortSignal | undefined },
): () => void {
  const onAbort = () => giveUp(signal!.reason);
  const timer = setTimeout(() => giveUp(late()), after_ms);
  if (signal !== undefined) {
    // Node takes more than ten that listen for a leak, and says so on stderr. These all let go: requests to many
    // servers.
    setMaxListeners(0, signal);
    signal.addEventListener("abort", onAbort, { once: true });
  }
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  };
}
