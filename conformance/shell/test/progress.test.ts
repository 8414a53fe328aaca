import { expect, it } from "vitest";
import { startProgress } from "../progress.js";

/** What is written on stderr when lines are reported at these times (ms), then cleared. */
function written(
  times: readonly number[],
  { errIsTTY, errColumns = 80 }: { errIsTTY: boolean; errColumns?: number },
): string {
  let text = "";
  let now = 0;
  const err = (more: string) => {
    text += more;
  };
  const progress = startProgress({ err, errIsTTY, errColumns }, () => now);
  for (now of times) progress.report(`at ${now} ms`);
  progress.clear();
  return text.replaceAll("\r\u001b[2K", "<erase>");
}

it("is silent for the first second", () => {
  expect(written([0, 500, 999], { errIsTTY: true })).toBe("");
  expect(written([0, 500, 999], { errIsTTY: false })).toBe("");
});

it("rewrites one line on a terminal, ten times a second at most, and erases it", () => {
  expect(written([1000, 1050, 1100], { errIsTTY: true })).toBe("<erase>at 1000 ms<erase>at 1100 ms<erase>");
});

it("never lets a line wrap", () => {
  expect(written([1000], { errIsTTY: true, errColumns: 5 })).toBe("<erase>at 1<erase>");
});

it("writes a line every five seconds at most elsewhere", () => {
  expect(written([1000, 3000, 5999, 6000, 7000], { errIsTTY: false })).toBe("at 1000 ms\nat 6000 ms\n");
});

it("starts silent again after it was cleared", () => {
  let text = "";
  let now = 0;
  const err = (more: string) => {
    text += more;
  };
  const progress = startProgress({ err, errIsTTY: false, errColumns: 80 }, () => now);
  now = 2000;
  progress.clear();
  now = 2999;
  progress.report("too early");
  now = 3000;
  progress.report("now");
  expect(text).toBe("now\n");
});
