import type { Paint } from "../cli/terminal.js";

/** Wide enough for a sentence, narrow enough to read; and no narrower than a few words. */
const LINE_LENGTH_MAX = 100;
const LINE_LENGTH_MIN = 40;

/** How long lines of sentences are there. */
export const lineLengthOf = ({ columns }: Pick<Paint, "columns">): number =>
  Math.max(LINE_LENGTH_MIN, Math.min(LINE_LENGTH_MAX, columns));

/** Breaks the text at blanks into lines that start with the indent; a word longer than a line stays whole. */
export function wrap(text: string, indent: string, lineLength = LINE_LENGTH_MAX): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/).filter((word) => word !== "")) {
    if (line !== indent && line.length + 1 + word.length > lineLength) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}
