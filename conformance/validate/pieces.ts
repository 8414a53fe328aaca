/** A file in pieces of whole lines, each in the memory of the one before: the file may be larger than memory. */
import { closeSync, openSync, readSync } from "node:fs";
import { quote } from "../../spec/quote.js";
import { tableFileError } from "../../spec/table-file/problems.js";
import { STANDARD_INPUT } from "../../spec/table-file/read-text.js";
import { systemReason } from "../../spec/table-file/system-reason.js";

export const LINE_FEED = 0x0a;

const CHUNK_BYTES = 1 << 20;

/** Longest line: a start may tell a long row. */
const LINE_BYTES_MAX = 1 << 28;

/**
 * Every line ends with a line feed, the last one of the file too. Throws TableFileError.
 * @param nextLine the number of the first line of the next piece
 */
export function* piecesOf(
  file: string,
  nextLine: () => number,
  lineBytesMax = LINE_BYTES_MAX,
): IterableIterator<Buffer> {
  const cannotRead = (error: unknown) =>
    tableFileError({ file, line: 1, column: 1 }, `cannot read ${quote(file)}: ${systemReason(error)}`);
  const orCannotRead = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw cannotRead(error);
    }
  };
  const descriptor = file === STANDARD_INPUT ? 0 : orCannotRead(() => openSync(file, "r"));
  let buffer = Buffer.alloc(2 * CHUNK_BYTES);
  /** Bytes of the line that is not whole yet, from the beginning of the buffer on. */
  let rest = 0;
  try {
    for (;;) {
      if (rest > lineBytesMax) {
        const problem = `this line is longer than ${lineBytesMax} bytes`;
        throw tableFileError({ file, line: nextLine(), column: 1 }, problem, "each event is a line of its own");
      }
      if (rest + CHUNK_BYTES > buffer.length) buffer = Buffer.concat([buffer], 2 * buffer.length);
      const length = orCannotRead(() => readSync(descriptor, buffer, rest, CHUNK_BYTES, null));
      if (length === 0) break;
      const end = rest + length;
      const lines = buffer.subarray(rest, end).lastIndexOf(LINE_FEED) + 1;
      if (lines > 0) yield buffer.subarray(0, rest + lines);
      if (lines > 0) buffer.copyWithin(0, rest + lines, end);
      rest = lines > 0 ? length - lines : end;
    }
  } finally {
    if (file !== STANDARD_INPUT) closeSync(descriptor);
  }
  if (rest > 0) {
    buffer[rest] = LINE_FEED;
    yield buffer.subarray(0, rest + 1);
  }
}
