/**
 * Which stream of a log is tried next. They have their turns in rounds, in their order; one whose next event was not
 * possible is left out until that can have changed. There may be a stream for each of ten thousand clients.
 */
import { KeyedQueue } from "./keyed-queue.js";

export class Agenda {
  readonly #streams: number;
  /** By round and stream. */
  readonly #ready = new KeyedQueue();
  /** Streams of which everything that was over before must have happened first, by the time of their event. */
  readonly #early = new KeyedQueue();
  /** Streams whose event may become possible by any step. */
  #refused: number[] = [];
  /** Of the turn that goes on. */
  #key = -1;

  constructor(streams: number) {
    this.#streams = streams;
    for (let stream = 0; stream < streams; stream++) this.#ready.add(stream, stream);
  }

  /** The stream whose turn it is; null where no event is possible any more. */
  next(): number | null {
    if (this.#ready.isEmpty) return null;
    this.#key = this.#ready.leastKey;
    return this.#ready.take();
  }

  /** It has had its turn, and goes on in its next one. */
  goesOn(stream: number): void {
    this.#add(stream);
  }

  /** @param from when its event began */
  isEarly(stream: number, from: number): void {
    this.#early.add(from, stream);
  }

  isRefused(stream: number): void {
    this.#refused.push(stream);
  }

  /** Events have happened. @param leastEnd of what has not */
  moved(leastEnd: number): void {
    while (this.#early.leastKey <= leastEnd && !this.#early.isEmpty) this.#add(this.#early.take());
    const refused = this.#refused;
    this.#refused = [];
    for (const stream of refused) this.#add(stream);
  }

  /** In this round where its turn is yet to come. */
  #add(stream: number): void {
    const turn = this.#key - (this.#key % this.#streams) + stream;
    this.#ready.add(turn > this.#key ? turn : turn + this.#streams, stream);
  }
}
