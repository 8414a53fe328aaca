/** What long work says on stderr while it goes on. */
import type { Progress } from "../../model/kernel/index.js";
import { formatCount } from "./format-count.js";

export function explorationProgress(table: string, what: string, progress: Progress): string {
  const { distinctStates, transitions, depth, frontier, bytes, elapsed_ms } = progress;
  const rate = Math.round(distinctStates / Math.max(elapsed_ms, 1));
  const memory_MB = Math.round(bytes / 1e6);
  return `${table}: ${what}: ${formatCount(distinctStates)} states (${formatCount(rate)}k/s), ${formatCount(transitions)} transitions, depth ${depth}, ${formatCount(frontier)} to expand, ${memory_MB} MB`;
}

export function replayProgress(table: string, traces: number, covered: number, reachable: number | null): string {
  const of = reachable === null ? "" : ` of ${formatCount(reachable)}`;
  return `${table}: replaying: ${formatCount(traces)} traces, ${formatCount(covered)}${of} transitions covered`;
}
