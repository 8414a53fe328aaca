/**
 * What is known of the order of a log's events: each stream is in order, and of two events of different streams one is before the other
 * where its time was over before the other's began.
 */
import { ANY_TIME, type LogEvent } from "./event.js";

export interface Stream {
  readonly events: readonly LogEvent[];
  /** By place in the stream, the least end of the event there and of all after it. */
  readonly endsFrom: Float64Array;
}

/** A file without times is in order, whoever says what; in one with times each node is, by itself. */
export function streamsOf(events: readonly LogEvent[]): readonly Stream[] {
  const isTimed = new Set(events.filter(({ time }) => time !== ANY_TIME).map(({ file }) => file));
  const streams = new Map<string, LogEvent[]>();
  for (const event of events) {
    const name = isTimed.has(event.file) ? `${event.file}:${event.node}` : `${event.file}`;
    const known = streams.get(name);
    if (known === undefined) streams.set(name, [event]);
    else known.push(event);
  }
  return [...streams.values()].map(streamOf);
}

function streamOf(events: readonly LogEvent[]): Stream {
  const endsFrom = new Float64Array(events.length + 1);
  endsFrom[events.length] = Number.POSITIVE_INFINITY;
  for (let at = events.length - 1; at >= 0; at--) endsFrom[at] = Math.min(events[at]!.time.to, endsFrom[at + 1]!);
  return { events, endsFrom };
}

/** Where each stream has come. */
export type Frontier = number[];

/** Whether nothing that has not happened yet was over before the next event of this stream began. */
export function mayBeNext(streams: readonly Stream[], frontier: Frontier, stream: number): boolean {
  const { from } = streams[stream]!.events[frontier[stream]!]!.time;
  if (from === Number.NEGATIVE_INFINITY) return true;
  for (let other = 0; other < streams.length; other++) {
    if (other !== stream && streams[other]!.endsFrom[frontier[other]!]! < from) return false;
  }
  return true;
}
