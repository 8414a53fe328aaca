/**
 * Where the operations so far may have led: what the register holds, and which of the operations that are still going
 * on have taken effect. Kept without those that another one makes superfluous.
 */

export interface Configuration {
  /** The number of a content. */
  readonly state: number;
  /** Writes that have taken effect and have not been answered, by their places. */
  readonly writes: bigint;
  /** Reads that have seen what they will answer, by their places. */
  readonly reads: bigint;
  /** Writes of unknown outcome that have taken effect, by their places. */
  readonly unknown: bigint;
}

export class Configurations {
  /** By state and writes: none of a list makes another one superfluous. */
  readonly #lists = new Map<string, Configuration[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** False if one that is here can do all that it can do. */
  add(configuration: Configuration): boolean {
    const key = `${configuration.state}:${configuration.writes}`;
    const list = this.#lists.get(key);
    if (list === undefined) {
      this.#lists.set(key, [configuration]);
      this.#size++;
      return true;
    }
    if (list.some((other) => isAtLeast(other, configuration))) return false;
    const kept = list.filter((other) => !isAtLeast(configuration, other));
    kept.push(configuration);
    this.#size += kept.length - list.length;
    this.#lists.set(key, kept);
    return true;
  }

  *[Symbol.iterator](): IterableIterator<Configuration> {
    for (const list of this.#lists.values()) yield* list;
  }
}

/** Of the same state and writes: it has seen no fewer reads, and has spent no more writes that it may do without. */
const isAtLeast = (a: Configuration, b: Configuration): boolean =>
  (a.reads & b.reads) === b.reads && (a.unknown & b.unknown) === a.unknown;
