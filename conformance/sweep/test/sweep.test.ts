import { describe, expect, it } from "vitest";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { type Examination, examineUntilStopped } from "../examine.js";
import type { Examiners } from "../examiners.js";
import { sweep, tablesOf } from "../sweep.js";
import { Tally } from "../tally.js";
import { requestOf } from "./requests.js";

const request = requestOf({ servers: 2, ranges: 3 });
const TABLES = 528;

interface Batch {
  readonly first: string;
  readonly finish: (examined: number) => void;
  readonly fail: (error: Error) => void;
}

/** Each is examined once, since that takes seconds. */
const examinations = new Map<string, Examination>();

function examined(table: QuorumTable): Examination {
  const known = examinations.get(table.name) ?? examineUntilStopped([table], { explorer: "whole" })[0]!;
  examinations.set(table.name, known);
  return known;
}

/** Finish batches when they are told to. */
function examinersOnDemand(size: number) {
  const waiting: Batch[] = [];
  let stops = 0;
  const examiners: Examiners = {
    size,
    examineAll: (tables) =>
      new Promise<readonly Examination[]>((resolve, reject) => {
        waiting.push({
          first: tables[0]!.name,
          finish: (count) => resolve(tables.slice(0, count).map(examined)),
          fail: reject,
        });
      }),
    stop: () => {
      stops++;
    },
    close: async () => {},
  };
  return { examiners, waiting, stops: () => stops };
}

function start(examiners: Examiners, controller = new AbortController()) {
  const tally = new Tally();
  const recorded: number[] = [];
  const record = (number: number): void => {
    recorded.push(number);
  };
  const job = { tables: tablesOf(request), tally, record, onProgress: () => {}, signal: controller.signal };
  return { tally, recorded, controller, finished: sweep(job, examiners) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a sweep", () => {
  it("records in order, whatever comes back first, and keeps all examiners busy", async () => {
    const { examiners, waiting } = examinersOnDemand(2);
    const { recorded, finished, tally } = start(examiners);
    expect(waiting).toHaveLength(16);
    while (waiting.length > 0) {
      waiting.pop()!.finish(16);
      await turn();
    }
    expect(await finished).toBe(true);
    expect(recorded).toEqual(Array.from({ length: TABLES }, (_, number) => number));
    expect(tally).toMatchObject({ tables: TABLES, standFor: 4 ** 5, disagreementCount: 0 });
  });

  it("ends early when it is aborted: what was recorded has no gap", async () => {
    const { examiners, waiting, stops } = examinersOnDemand(2);
    const { recorded, finished, controller } = start(examiners);
    waiting.shift()!.finish(16);
    await turn();
    controller.abort();
    expect(stops()).toBe(1);
    // The next batch was stopped after 3 tables; those after it are done, and yet of no use.
    waiting.shift()!.finish(3);
    for (const batch of waiting) batch.finish(16);
    expect(await finished).toBe(false);
    expect(recorded).toEqual(Array.from({ length: 19 }, (_, number) => number));
  });

  it("ends when those that were begun have ended, however it ends: only then may the examiners be closed", async () => {
    const { examiners, waiting } = examinersOnDemand(1);
    const { finished, controller } = start(examiners);
    let ended = false;
    finished.then(() => {
      ended = true;
    });
    controller.abort();
    waiting.shift()!.finish(0);
    while (waiting.length > 0) {
      await turn();
      expect(ended).toBe(false);
      waiting.pop()!.finish(0);
    }
    expect(await finished).toBe(false);
  });

  it("does nothing if it is aborted before it begins", async () => {
    const { examiners, waiting } = examinersOnDemand(1);
    const controller = new AbortController();
    controller.abort();
    const { recorded, finished } = start(examiners, controller);
    expect(await finished).toBe(false);
    expect({ recorded, waiting }).toEqual({ recorded: [], waiting: [] });
  });

  it("fails if an examiner fails", async () => {
    const { examiners, waiting, stops } = examinersOnDemand(1);
    const { finished } = start(examiners);
    waiting[1]!.fail(new Error("a later batch"));
    waiting[0]!.finish(16);
    await turn();
    expect(stops()).toBe(1);
    for (const batch of waiting) batch.finish(0);
    await expect(finished).rejects.toThrow("a later batch");
  });
});

describe("a tally", () => {
  it("counts every disagreement and keeps the first ten", () => {
    const tally = new Tally();
    const examination: Examination = {
      rules: "safe",
      explorer: "unsafe",
      formula: null,
      run: 7,
      states: 10,
      transitions: 20,
      disagreement: "they differ",
    };
    for (const swept of tablesOf(requestOf({ servers: 2 }))) tally.add(swept, examination);
    expect(tally).toMatchObject({ tables: 36, unsafe: 36, states: 360, transitions: 720, lengths: 0 });
    expect(tally.disagreementCount).toBe(36);
    expect(tally.disagreements.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
