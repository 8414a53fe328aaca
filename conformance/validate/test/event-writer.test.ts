/** What is written can be read, whatever clocks and crashes do. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { EventWriter, startEvents } from "../event-writer.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-events-"));
});
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => void vi.useRealTimers());

const linesOf = (file: string) => readFileSync(file, "utf8").trimEnd().split("\n");

it("a clock that is set back turns no time around", () => {
  vi.useFakeTimers({ now: 1000, toFake: ["Date"] });
  const file = path.join(directory, "clock");
  const events = new EventWriter(file, "S0", () => {});
  events.write({ event: "start" });
  vi.setSystemTime(400);
  events.write({ event: "told", value: "A" }, 1200);
  events.close();
  expect(linesOf(file).map((line) => JSON.parse(line).at)).toEqual([
    [1000, 1000],
    [1000, 1000],
  ]);
});

it("a last line that a crash tore is cut off, however long it is, and numbers begin anew", () => {
  const file = path.join(directory, "torn");
  const first = new EventWriter(file, "S0", () => {});
  first.write({ event: "start" });
  first.close();
  appendFileSync(file, `{"node":"S0","value":"${"x".repeat(200_000)}`);
  const second = new EventWriter(file, "S0", () => {});
  second.write({ event: "start" });
  second.close();
  expect(linesOf(file).map((line) => JSON.parse(line).seq)).toEqual([0, 0]);
});

it("a server that was told what is decided tells that, and no registers", () => {
  expect(startEvents([{ kind: "decided", value: "A" }])).toEqual([{ event: "start" }, { event: "told", value: "A" }]);
  const history = [
    { kind: "voted", registerSet: 1, candidate: 7 },
    { kind: "written", registerSet: 0, value: "A" },
    { kind: "frozen", below: 1 },
  ] as const;
  expect(startEvents(history)).toEqual([{ event: "start", frozenBelow: 1, values: [[0, "A"]], votes: [[1, "7"]] }]);
});
