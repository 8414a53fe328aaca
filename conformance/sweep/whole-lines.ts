import { readSync } from "node:fs";

const CHUNK_BYTES = 1 << 20;

export interface Line {
  /** Without the line feed. */
  readonly bytes: Buffer;
  /** Whether a line feed follows. The last line has none if whoever wrote it was interrupted; it may be empty. */
  readonly isWhole: boolean;
}

/** The lines of an open file from its beginning, in memory one chunk at a time: the file may be larger than memory. */
export function* linesOf(descriptor: number, chunkBytes = CHUNK_BYTES): Generator<Line> {
  const chunk = Buffer.alloc(chunkBytes);
  let rest = Buffer.alloc(0);
  let position = 0;
  for (;;) {
    const read = readSync(descriptor, chunk, 0, chunkBytes, position);
    if (read === 0) break;
    position += read;
    const text = Buffer.concat([rest, chunk.subarray(0, read)]);
    let start = 0;
    for (let end = text.indexOf(LINE_FEED); end >= 0; end = text.indexOf(LINE_FEED, start)) {
      yield { bytes: text.subarray(start, end), isWhole: true };
      start = end + 1;
    }
    rest = Buffer.from(text.subarray(start));
  }
  yield { bytes: rest, isWhole: false };
}

const LINE_FEED = 0x0a;
