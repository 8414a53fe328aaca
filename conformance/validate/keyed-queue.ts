/** Pairs of a key and a number, the least key first: a binary heap. */
export class KeyedQueue {
  readonly #keys: number[] = [];
  readonly #values: number[] = [];

  get leastKey(): number {
    return this.#keys[0] ?? Number.POSITIVE_INFINITY;
  }

  get isEmpty(): boolean {
    return this.#keys.length === 0;
  }

  add(key: number, value: number): void {
    let at = this.#keys.length;
    for (; at > 0; at = (at - 1) >> 1) {
      const parent = (at - 1) >> 1;
      if (this.#keys[parent]! <= key) break;
      this.#put(at, this.#keys[parent]!, this.#values[parent]!);
    }
    this.#put(at, key, value);
  }

  /** The value of the least key, which is gone with it. */
  take(): number {
    const taken = this.#values[0]!;
    const key = this.#keys.pop()!;
    const value = this.#values.pop()!;
    const end = this.#keys.length;
    if (end === 0) return taken;
    let at = 0;
    for (let child = 1; child < end; child = 2 * at + 1) {
      if (child + 1 < end && this.#keys[child + 1]! < this.#keys[child]!) child++;
      if (this.#keys[child]! >= key) break;
      this.#put(at, this.#keys[child]!, this.#values[child]!);
      at = child;
    }
    this.#put(at, key, value);
    return taken;
  }

  #put(at: number, key: number, value: number): void {
    this.#keys[at] = key;
    this.#values[at] = value;
  }
}
