/**
 * What is known of the order of a log's events: each stream is in order, and of two events of different streams one is
 * before the other where its time was over before the other's began.
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
export class Frontier {
  readonly #streams: readonly Stream[];
  readonly #next: Uint32Array;
  /**
   * Of what is left of each stream, the least end: a tree whose node n is the least of 2n and 2n + 1, the streams its
   * leaves.
   */
  readonly #least: Float64Array;

  constructor(streams: readonly Stream[]) {
    const count = streams.length;
    this.#streams = streams;
    this.#next = new Uint32Array(count);
    this.#least = new Float64Array(2 * count);
    for (const [stream, { endsFrom }] of streams.entries()) this.#least[count + stream] = endsFrom[0]!;
    for (let node = count - 1; node > 0; node--) this.#setLeastOf(node);
  }

  /** How many events of the stream have happened. */
  of(stream: number): number {
    return this.#next[stream]!;
  }

  /** The event that comes next in the stream; undefined at its end. */
  eventOf(stream: number): LogEvent | undefined {
    return this.#streams[stream]!.events[this.#next[stream]!];
  }

  /** It has happened. */
  advance(stream: number): void {
    this.#move(stream, this.#next[stream]! + 1);
  }

  /** The last event of the stream that has happened has not. */
  takeBack(stream: number): void {
    this.#move(stream, this.#next[stream]! - 1);
  }

  /** Whether nothing that has not happened yet was over before the next event of this stream began. */
  mayBeNext(stream: number): boolean {
    const { from } = this.eventOf(stream)!.time;
    return from === Number.NEGATIVE_INFINITY || this.leastEndBeside(stream) >= from;
  }

  /** The least end of what has not happened, of all streams. */
  get leastEnd(): number {
    return this.#least[1]!;
  }

  /** The least end of what is left of this one. */
  leastEndOf(stream: number): number {
    return this.#least[this.#streams.length + stream]!;
  }

  /** Of all but this one. */
  leastEndBeside(stream: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let node = this.#streams.length + stream; node > 1; node >>= 1)
      least = Math.min(least, this.#least[node ^ 1]!);
    return least;
  }

  #move(stream: number, to: number): void {
    this.#next[stream] = to;
    const leaf = this.#streams.length + stream;
    const end = this.#streams[stream]!.endsFrom[to]!;
    if (this.#least[leaf] === end) return;
    this.#least[leaf] = end;
    for (let node = leaf >> 1; node > 0; node >>= 1) this.#setLeastOf(node);
  }

  #setLeastOf(node: number): void {
    this.#least[node] = Math.min(this.#least[2 * node]!, this.#least[2 * node + 1]!);
  }
}
