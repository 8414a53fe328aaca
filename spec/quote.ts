const QUOTED_LENGTH_MAX = 60;

/** The text in double quotes, on one line, cut where it gets long. */
export function quote(text: string): string {
  // A character takes up to two UTF-16 units: enough of them to tell whether there is one too many.
  const characters = [...text.slice(0, 2 * (QUOTED_LENGTH_MAX + 1))];
  if (characters.length <= QUOTED_LENGTH_MAX) return escapeUnprintable(JSON.stringify(text));
  const start = JSON.stringify(characters.slice(0, QUOTED_LENGTH_MAX).join(""));
  return escapeUnprintable(`${start.slice(0, -1)}…"`);
}

/** Line ends, terminal codes and invisible characters as \\uXXXX. */
export const escapeUnprintable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0)!.toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
  });
