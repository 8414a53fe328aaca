import type { Paint } from "../../shell/terminal.js";

/** Wide enough for a sentence, narrow enough to read; and no narrower than a few words. */
const LINE_LENGTH_MAX = 100;
const LINE_LENGTH_MIN = 40;

/** How long lines of sentences are there. */
export const lineLengthOf = ({ columns }: Pick<Paint, "columns">): number =>
  Math.max(LINE_LENGTH_MIN, Math.min(LINE_LENGTH_MAX, columns));

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, "g");

/** As one sees it: colours take no room. */
export const visibleLength = (text: string): number => text.replaceAll(COLOURS, "").length;

/** Breaks the text at blanks into lines that start with the indent; a word longer than a line stays whole. */
export const wrap = (text: string, indent: string, lineLength = LINE_LENGTH_MAX): string =>
  broken(text.split(/\s+/).join(" "), indent, indent, lineLength);

/** Lines that are too long are broken at blanks, and go on two characters further in; the others stay as they are. */
export const fitted = (text: string, { limit }: Pick<Paint, "limit">): string =>
  text
    .split("\n")
    .map((line) => {
      if (visibleLength(line) <= limit) return line;
      const indent = /^ */.exec(line)![0];
      return broken(line, indent, `${indent}  `, Math.max(LINE_LENGTH_MIN, limit));
    })
    .join("\n");

/** Blanks between words stay as many as they are. */
function broken(text: string, first: string, rest: string, lineLength: number): string {
  const lines: string[] = [];
  let line = first;
  for (const word of text.match(/\S+ */g) ?? []) {
    const isEmpty = line === first || line === rest;
    if (!isEmpty && visibleLength(line + word.trimEnd()) > lineLength) {
      lines.push(line.trimEnd());
      line = rest;
    }
    line += word;
  }
  return [...lines, line.trimEnd()].join("\n");
}
