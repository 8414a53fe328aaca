/** Wide enough for a sentence, narrow enough to read. */
const LINE_LENGTH = 100;

/** Breaks the text at blanks into lines that start with the indent; a word longer than a line stays whole. */
export function wrap(text: string, indent: string, lineLength = LINE_LENGTH): string {
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
