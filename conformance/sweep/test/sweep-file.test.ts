import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { examinersHere } from "../examiners.js";
import type { SweepRequest } from "../request.js";
import { sweep, tablesOf } from "../sweep.js";
import { openSweepFile, SweepFileError } from "../sweep-file.js";
import { Tally } from "../tally.js";
import { linesOf } from "../whole-lines.js";
import { requestOf } from "./requests.js";

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-sweep-"));
  file = path.join(directory, "out.ndjson");
});
afterEach(() => rmSync(directory, { recursive: true }));

const request = requestOf({ servers: 2 });
const TABLES = 36;

/** Sweeps into the file; how many tables were there before, how many were examined, and the tally of all. */
async function sweepInto(file: string, asked: SweepRequest = request, examineAtMost = Number.POSITIVE_INFINITY) {
  const controller = new AbortController();
  const tables = tablesOf(asked);
  const tally = new Tally();
  const output = openSweepFile(file, asked, { tables, tally });
  const before = tally.tables;
  let examined = 0;
  try {
    const isFinished = await sweep(
      {
        tables,
        tally,
        signal: controller.signal,
        record: (number, swept, examination) => {
          if (examined >= examineAtMost) return;
          output.append(number, swept, examination);
          if (++examined === examineAtMost) controller.abort();
        },
        onProgress: () => {},
      },
      examinersHere({ explorer: asked.explorer }),
    );
    return { before, examined, tally, isFinished };
  } finally {
    output.close();
  }
}

const lines = () => readFileSync(file, "utf8").split("\n");

describe("the file of a sweep", () => {
  it("has the request and then a line a table, in order", async () => {
    expect(await sweepInto(file)).toMatchObject({ before: 0, examined: TABLES, isFinished: true });
    const [header, ...records] = lines();
    expect(JSON.parse(header!)).toEqual({ sweep: request });
    expect(records.pop()).toBe("");
    expect(records.map((line) => JSON.parse(line).number)).toEqual(Array.from({ length: TABLES }, (_, n) => n));
    expect(records[5]!.replaceAll(/"(states|transitions)":[1-9]\d*/g, '"$1":some')).toBe(
      '{"number":5,"servers":2,"standsFor":2,"ranges":[{"sets":"0","decide":[[0,1]]},{"sets":"1..","decide":[[1]],"prepare":[[0]]}],"rules":"unsafe","explorer":"unsafe","formula":5,"run":5,"states":some,"transitions":some,"disagreement":null}',
    );
  });

  it("is the same however often the sweep was interrupted, and so is the tally", async () => {
    const whole = await sweepInto(file);
    const text = readFileSync(file, "utf8");
    rmSync(file);
    expect(await sweepInto(file, request, 5)).toMatchObject({ before: 0, examined: 5, isFinished: false });
    expect(await sweepInto(file, request, 20)).toMatchObject({ before: 5, examined: 20, isFinished: false });
    expect(await sweepInto(file)).toEqual({ ...whole, before: 25, examined: 11 });
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(await sweepInto(file)).toEqual({ ...whole, before: TABLES, examined: 0 });
  });

  it("drops a torn last line wherever it was torn, and does it again", async () => {
    await sweepInto(file);
    const text = readFileSync(file, "utf8");
    const header = text.indexOf("\n") + 1;
    const second = text.indexOf("\n", header) + 1;
    for (const end of [0, 1, header - 1, header, header + 1, second - 1, second, second + 20, text.length - 1]) {
      writeFileSync(file, text.slice(0, end));
      const whole = Math.max(0, text.slice(0, end).split("\n").length - 2);
      expect(await sweepInto(file)).toMatchObject({ before: whole, examined: TABLES - whole, isFinished: true });
      expect(readFileSync(file, "utf8")).toBe(text);
    }
  });

  it("goes on with random tables too", async () => {
    const random = requestOf({ servers: 2, random: 40, seed: 3 });
    await sweepInto(file, random);
    const text = readFileSync(file, "utf8");
    rmSync(file);
    await sweepInto(file, random, 17);
    expect(await sweepInto(file, random)).toMatchObject({ before: 17, examined: 23 });
    expect(readFileSync(file, "utf8")).toBe(text);
  });
});

describe("lines", () => {
  it.each([1, 2, 3, 7, 100])("are the same read by %i bytes at a time", (chunkBytes) => {
    writeFileSync(file, "first\n\nthird ü\nrest");
    const descriptor = openSync(file, "r");
    const found = [...linesOf(descriptor, chunkBytes)].map(({ bytes, isWhole }) => [bytes.toString(), isWhole]);
    closeSync(descriptor);
    expect(found).toEqual([
      ["first", true],
      ["", true],
      ["third ü", true],
      ["rest", false],
    ]);
  });
});

describe("a file that is not the beginning of this sweep", () => {
  async function refusalOf(text: string): Promise<string> {
    writeFileSync(file, text);
    const refusal = await sweepInto(file).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SweepFileError);
    expect(readFileSync(file, "utf8")).toBe(text);
    return (refusal as Error).message.replaceAll(directory, "");
  }
  const header = (changes: Partial<SweepRequest>): string => `${JSON.stringify({ sweep: requestOf(changes) })}\n`;

  it("is refused with what differs", async () => {
    expect(await refusalOf(header({ servers: 3, random: 10 }))).toBe(
      "/out.ndjson holds a sweep with other options (servers is 3 there and 2 here, random is 10 there and not given here): give the same ones, or name another file",
    );
  });

  it("is refused if it is something else, with or without a line feed", async () => {
    const refusal = "/out.ndjson is not the record of a sweep, and is left as it is: name another file";
    for (const text of ["my notes", "my notes\n", "{}\n", "null\n", '{"sweep":3}\n', "\n", '{"sweep":{"servers":7']) {
      expect(await refusalOf(text)).toBe(refusal);
    }
  });

  it("is refused if a line is not that of its table", async () => {
    await sweepInto(file);
    const [first, second, third, ...rest] = lines();
    const not = (line: number, table: number) =>
      `/out.ndjson:${line} is not the line of table ${table} of this sweep: name another file`;
    expect(await refusalOf([first, third, second, ...rest].join("\n"))).toBe(not(2, 0));
    expect(await refusalOf([first, second, "{", third, ...rest].join("\n"))).toBe(not(3, 1));
    expect(await refusalOf([first, second, third!.replace('"decide":[[0,1]]', '"decide":[[0]]'), ""].join("\n"))).toBe(
      not(3, 1),
    );
    expect(await refusalOf([first, second!.replace('"explorer":"safe"', '"explorer":"sound"'), ""].join("\n"))).toBe(
      not(2, 0),
    );
    expect(await refusalOf([first, second!.replace(/"states":\d+,/, ""), ""].join("\n"))).toBe(not(2, 0));
  });

  it("is refused if it has more tables than there are", async () => {
    await sweepInto(file);
    appendFileSync(file, `${lines()[1]}\n`);
    expect(await refusalOf(readFileSync(file, "utf8"))).toMatch(`/out.ndjson:${TABLES + 2} is not the line of table`);
  });

  it("is refused if it cannot be opened", async () => {
    await expect(sweepInto(directory)).rejects.toThrow(SweepFileError);
    await expect(sweepInto(path.join(directory, "no", "such"))).rejects.toThrow(/no such file or directory/);
  });
});
