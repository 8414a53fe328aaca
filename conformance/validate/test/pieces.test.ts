/** Files come in pieces of whole lines, however long these are. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { piecesOf } from "../pieces.js";

const directory = mkdtempSync(path.join(tmpdir(), "quorate-pieces-"));
afterAll(() => rmSync(directory, { recursive: true }));
const file = path.join(directory, "log");

const MEGABYTE = 1 << 20;

it.each<[string, readonly number[]]>([
  ["short ones", [3, 0, 5]],
  ["one that ends where a piece does", [MEGABYTE - 1, 7]],
  ["one that the next piece ends", [MEGABYTE - 3, 9, 4]],
  ["one longer than several pieces", [2, 5 * MEGABYTE, 3, 2 * MEGABYTE]],
  ["a line feed alone", [0]],
])("lines of these lengths: %s", (_, lengths) => {
  const lines = lengths.map((length, index) => `${"abcd"[index]}`.repeat(length));
  for (const end of ["\n", ""]) {
    writeFileSync(file, lines.join("\n") + end);
    const pieces = Array.from(
      piecesOf(file, () => 1),
      (piece) => Buffer.from(piece),
    );
    for (const piece of pieces) expect(piece.at(-1)).toBe("\n".charCodeAt(0));
    const isEnded = end === "\n" || lines.at(-1) === "";
    expect(Buffer.concat(pieces).equals(Buffer.from(lines.join("\n") + (isEnded ? end : "\n")))).toBe(true);
  }
});

it("an empty file has none", () => {
  writeFileSync(file, "");
  expect([...piecesOf(file, () => 1)]).toEqual([]);
});

it("a line that is too long is told with its number", () => {
  writeFileSync(file, `short\n${"a".repeat(3 * MEGABYTE)}`);
  let lines = 0;
  const read = () => {
    for (const _ of piecesOf(file, () => lines + 1, 2 * MEGABYTE)) lines++;
  };
  expect(read).toThrow(`${file}:2:1: this line is longer than 2097152 bytes. Hint: each event is a line of its own.`);
});
