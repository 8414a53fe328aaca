/**
 * Names of one word or of several, in the words of a command line: `rule 3 PQ` is "rule 3" and "PQ". From the left, the
 * most words that are a name are taken for one; a word with which none begins stands for itself.
 */
export function namesIn(words: readonly string[], isName: (text: string) => boolean): string[] {
  if (words.length === 0) return [];
  for (let count = words.length; count > 0; count--) {
    const name = words.slice(0, count).join(" ");
    if (isName(name)) return [name, ...namesIn(words.slice(count), isName)];
  }
  return [words[0]!, ...namesIn(words.slice(1), isName)];
}
