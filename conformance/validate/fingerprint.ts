/**
 * 128 bits of a set of facts, each of three numbers. Facts come and go in any order: the fingerprint is the exclusive
 * or of one of each. Two of a hundred million different sets have the same with a probability below 10 ** -22.
 */
const LANES = [0x9e3779b9, 0x7f4a7c15, 0x85ebca6b, 0xc2b2ae35] as const;

export class Fingerprint {
  readonly #lanes = new Int32Array(LANES.length);

  /** The fact is there if it was not, and gone if it was. */
  toggle(a: number, b: number, c: number): void {
    for (let lane = 0; lane < LANES.length; lane++) {
      this.#lanes[lane]! ^= finished(mixed(mixed(mixed(LANES[lane]!, a), b), c));
    }
  }

  /** Of this and the other together. */
  textWith(other: Fingerprint): string {
    return String.fromCharCode(
      ...Array.from(this.#lanes).flatMap((own, lane) => {
        const both = own ^ other.#lanes[lane]!;
        return [both >>> 16, both & 0xffff];
      }),
    );
  }
}

/** MurmurHash3 (Appleby, public domain), one word at a time. */
function mixed(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finished(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
