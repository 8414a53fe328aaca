import type { LogEvent } from "./event.js";
import type { LogState } from "./log-state.js";

/** Events that can be explained together, and that no more can be added to. */
export interface Prefix {
  readonly explained: number;
  readonly state: LogState;
  /** Of each event that could be next, why it cannot. */
  readonly refused: readonly { readonly event: LogEvent; readonly why: string }[];
}

/** Prefixes that end with the same events refused for the same reasons tell nothing new: the first of them. */
export function distinctPrefixes(prefixes: readonly Prefix[]): Prefix[] {
  const byEnd = new Map<string, Prefix>();
  for (const prefix of prefixes) {
    const end = prefix.refused
      .map(({ event, why }) => `${event.file}:${event.line}:${why}`)
      .sort()
      .join("\n");
    if (!byEnd.has(end)) byEnd.set(end, prefix);
  }
  return [...byEnd.values()];
}
