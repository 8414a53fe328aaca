/** Lines are whole, however they come, and none is without end. */
import { once } from "node:events";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { readLines } from "../read-lines.js";

async function linesIn(chunks: Iterable<Buffer>): Promise<readonly string[]> {
  const lines: string[] = [];
  const stream = Readable.from(chunks, { objectMode: false });
  readLines(
    stream,
    (line) => lines.push(line),
    (what) => lines.push(`! ${what}`),
  );
  await once(stream, "close");
  return lines;
}

it("come in parts, in the middle of a character, with ends of two kinds and with none", async () => {
  const bytes = Buffer.from("one\ntwo\r\n\n€uro\nlast");
  const expected = ["one", "two", "", "€uro", "last"];
  expect(await linesIn([bytes])).toEqual(expected);
  expect(await linesIn([...bytes].map((byte) => Buffer.of(byte)))).toEqual(expected);
});

it("are given up where one has no end", async () => {
  const endless = function* () {
    for (;;) yield Buffer.alloc(8 * 1024 * 1024, "x");
  };
  expect(await linesIn(endless())).toEqual(["! sends a line of more than 64 Mi characters"]);
});
