/** Multiply and fold per word: neighbouring states differ in few bits, which must spread over all 32. */
export function hashOf(words: Int32Array, offset: number, width: number): number {
  let hash = 0;
  for (let word = offset; word < offset + width; word++) {
    hash = Math.imul(hash ^ words[word]!, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
