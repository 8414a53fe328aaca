/**
 * What is made of texts that recur, such as names and values: made once, and found again by its bytes without being
 * made anew.
 */

/** A power of two. What two texts of the same place take from each other is made anew. */
const PLACES = 1 << 10;

/** Longer texts seldom recur, and would be kept. */
const LENGTH_MAX = 256;

/** Of a text's bytes, one after the other. */
export const hashWith = (hash: number, byte: number): number => (Math.imul(hash, 31) + byte) | 0;

export class Recurring<Made> {
  readonly #make: (text: string) => Made;
  readonly #texts: string[] = new Array(PLACES).fill("");
  readonly #made: Made[] = new Array(PLACES);

  constructor(make: (text: string) => Made) {
    this.#make = make;
  }

  /**
   * What is made of the bytes from start to end. Throws what making it throws.
   * @param hash of these bytes, by `hashWith` from 0 on
   */
  of(bytes: Buffer, start: number, end: number, hash: number): Made {
    const place = (hash ^ (hash >>> 15)) & (PLACES - 1);
    if (isTextOf(this.#texts[place]!, bytes, start, end)) return this.#made[place]!;
    const text = bytes.toString("utf8", start, end);
    const made = this.#make(text);
    // Only where a byte is a character are they held against each other.
    if (text.length === end - start && text.length <= LENGTH_MAX) {
      this.#texts[place] = text;
      this.#made[place] = made;
    }
    return made;
  }
}

function isTextOf(text: string, bytes: Buffer, start: number, end: number): boolean {
  const { length } = text;
  if (length !== end - start || length === 0) return false;
  for (let at = 0; at < length; at++) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}
