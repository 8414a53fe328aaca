/** Where a line is no JSON. */

/** A longer line is not parsed again and again. */
const LINE_SEARCHED_MAX = 1 << 16;

/**
 * From 1 on. Of some errors the engine does not tell the place: it is where the text stops being the beginning of any
 * JSON.
 */
export function columnOfError(line: string, error: Error): number {
  const position = positionIn(error);
  if (position !== null) return position + 1;
  const end = line.trimEnd().length;
  if (end > LINE_SEARCHED_MAX || isCutOff(line.slice(0, end))) return end + 1;
  let [right, wrong] = [0, end];
  while (wrong - right > 1) {
    const middle = (right + wrong) >>> 1;
    if (isCutOff(line.slice(0, middle))) right = middle;
    else wrong = middle;
  }
  return wrong;
}

/** Whether this can be the beginning of JSON. */
function isCutOff(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const position = positionIn(error as Error);
    return position === null ? (error as Error).message.startsWith("Unexpected end") : position >= text.length;
  }
}

function positionIn({ message }: Error): number | null {
  const position = /at position (\d+)/.exec(message)?.[1];
  return position === undefined ? null : Number(position);
}
