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

/**
 * A file without times is in order, whoever says what; in one with times each node is, by itself.
 *
 * @param events file by file
 */
export function streamsOf(events: readonly LogEvent[]): readonly Stream[] {
  const streams: Stream[] = [];
  for (let start = 0; start < events.length; ) {
    const { file } = events[start]!;
    let end = start;
    let isTimed = false;
    for (; end < events.length && events[end]!.file === file; end++) isTimed ||= events[end]!.time !== ANY_TIME;
    const ofFile = start === 0 && end === events.length ? events : events.slice(start, end);
    if (isTimed) streams.push(...byNode(ofFile).map(streamOf));
    else streams.push({ events: ofFile, endsFrom: new Float64Array(ofFile.length + 1).fill(Number.POSITIVE_INFINITY) });
    start = end;
  }
  return streams;
}

function byNode(events: readonly LogEvent[]): LogEvent[][] {
  const nodes = new Map<string, LogEvent[]>();
  for (const event of events) {
    const ofNode = nodes.get(event.node);
    if (ofNode === undefined) nodes.set(event.node, [event]);
    else ofNode.push(event);
  }
  return [...nodes.values()];
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
