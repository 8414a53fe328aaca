/** A hash table from three whole numbers below 2 ** 31 to a fourth: open addressing, doubled when half full. */
export class TripleMap {
  #entries = new Int32Array(4 * SLOTS_AT_FIRST);
  #mask = SLOTS_AT_FIRST - 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Null if there is none. */
  get(a: number, b: number, c: number): number | null {
    const at = this.#slot(a, b, c);
    const stored = this.#entries[at + 3]!;
    return stored === 0 ? null : stored - 1;
  }

  set(a: number, b: number, c: number, value: number): void {
    if (2 * (this.#size + 1) > this.#mask) this.#grow();
    const at = this.#slot(a, b, c);
    if (this.#entries[at + 3] === 0) this.#size++;
    this.#put(at, a, b, c, value + 1);
  }

  clear(): void {
    this.#entries = new Int32Array(4 * SLOTS_AT_FIRST);
    this.#mask = SLOTS_AT_FIRST - 1;
    this.#size = 0;
  }

  #put(at: number, a: number, b: number, c: number, stored: number): void {
    this.#entries[at] = a;
    this.#entries[at + 1] = b;
    this.#entries[at + 2] = c;
    this.#entries[at + 3] = stored;
  }

  /** Where the entry is, or would be. */
  #slot(a: number, b: number, c: number): number {
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & this.#mask;
    for (;;) {
      const at = 4 * slot;
      if (this.#entries[at + 3] === 0) return at;
      if (this.#entries[at] === a && this.#entries[at + 1] === b && this.#entries[at + 2] === c) return at;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const before = this.#entries;
    this.#mask = 2 * this.#mask + 1;
    this.#entries = new Int32Array(4 * (this.#mask + 1));
    for (let at = 0; at < before.length; at += 4) {
      const [a, b, c, stored] = [before[at]!, before[at + 1]!, before[at + 2]!, before[at + 3]!];
      if (stored !== 0) this.#put(this.#slot(a, b, c), a, b, c, stored);
    }
  }
}

const SLOTS_AT_FIRST = 32;
