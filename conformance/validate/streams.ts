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
  const timed = new Set<number>();
  for (const { time, file } of events) if (time !== ANY_TIME) timed.add(file);
  const streams: LogEvent[][] = [];
  // A node is in one file, so its name is enough.
  const known = new Map<string | number, LogEvent[]>();
  for (const event of events) {
    const name = timed.has(event.file) ? event.node : event.file;
    const stream = known.get(name);
    if (stream !== undefined) stream.push(event);
    else {
      const begun = [event];
      known.set(name, begun);
      streams.push(begun);
    }
  }
  return streams.map(streamOf);
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
