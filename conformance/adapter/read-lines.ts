/** Lines of somebody who may never end one. */
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** No message comes near it: values have 64 KiB at most, and a batch a few hundred of them. */
const LINE_CHARACTERS_MAX = 64 * 1024 * 1024;

/**
 * Hands over whole lines, without their ends, and what is left when the stream has ended.
 *
 * @param onTooLong of a line that has no end; nothing is read any more then
 */
export function readLines(stream: Readable, onLine: (line: string) => void, onTooLong: (what: string) => void): void {
  // A character may come in two parts.
  const decoder = new StringDecoder("utf8");
  let parts: string[] = [];
  let length = 0;
  stream.on("data", (chunk: Buffer) => {
    // What it had read already still comes.
    if (stream.destroyed) return;
    const [first, ...others] = decoder.write(chunk).split("\n");
    parts.push(first!);
    length += first!.length;
    for (const next of others) {
      onLine(parts.join("").replace(/\r$/, ""));
      parts = [next];
      length = next.length;
    }
    if (length <= LINE_CHARACTERS_MAX) return;
    stream.destroy();
    [parts, length] = [[], 0];
    onTooLong(`sends a line of more than ${LINE_CHARACTERS_MAX / 1024 / 1024} Mi characters`);
  });
  stream.on("end", () => {
    if (length > 0) onLine(parts.join(""));
  });
}
