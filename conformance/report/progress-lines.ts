/** What long work says on stderr while it goes on. */
import type { Progress } from "../../model/kernel/index.js";

export function explorationProgress(table: string, what: string, progress: Progress): string {
  const { distinctStates, transitions, depth, frontier, bytes, elapsed_ms } = progress;
  const rate = Math.round(distinctStates / Math.max(elapsed_ms, 1));
  const memory_MB = Math.round(bytes / 1e6);
  return `${table}: ${what}: ${count(distinctStates)} states (${rate}k/s), ${count(transitions)} transitions, depth ${depth}, ${count(frontier)} to expand, ${memory_MB} MB`;
}

export function replayProgress(table: string, traces: number, covered: number, reachable: number | null): string {
  const of = reachable === null ? "" : ` of ${count(reachable)}`;
  return `${table}: replaying: ${count(traces)} traces, ${count(covered)}${of} transitions covered`;
}

// Made once: to make one takes as long as to format a thousand numbers.
const format = new Intl.NumberFormat("en-US");

const count = (number: number): string => format.format(number);
