import { closeSync, openSync, readSync } from "node:fs";
import { quote } from "../quote.js";
import { tableFileError } from "./problems.js";
import { systemReason } from "./system-reason.js";
import { FILE_SIZE_MAX_BYTES, tooLarge } from "./yaml-source.js";

/** What stands for standard input, on command lines. */
export const STANDARD_INPUT = "-";

/** The text of the file, or of standard input for `-`. Throws TableFileError if it cannot be read, or is too large. */
export function readText(file: string): string {
  // A byte that is not UTF-8 becomes U+FFFD, which the YAML source refuses, naming its place.
  return new TextDecoder("utf-8").decode(readBytes(file));
}

/** Reads no more than the limit, so that a huge file or an endless device is refused at once. */
function readBytes(file: string): Buffer {
  const buffer = Buffer.alloc(FILE_SIZE_MAX_BYTES + 1);
  let length = 0;
  try {
    const descriptor = file === STANDARD_INPUT ? 0 : openSync(file, "r");
    try {
      for (let read = -1; read !== 0 && length < buffer.length; length += read) {
        read = readSync(descriptor, buffer, length, buffer.length - length, null);
      }
    } finally {
      if (descriptor !== 0) closeSync(descriptor);
    }
  } catch (error) {
    throw tableFileError({ file, line: 1, column: 1 }, `cannot read ${quote(file)}: ${systemReason(error)}`);
  }
  if (length > FILE_SIZE_MAX_BYTES) throw tooLarge(file);
  return buffer.subarray(0, length);
}
