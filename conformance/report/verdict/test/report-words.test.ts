/** Words of a report that depend on more than its verdict. */
import { describe, expect, it } from "vitest";
import { plain } from "../../../shell/terminal.js";
import type { Report } from "../../../verify/report.js";
import { diverges, inconclusive, request, safe, unsafe } from "../../../verify/test/reports.js";
import { renderReport } from "../text.js";

describe("the verdict line", () => {
  const firstLine = (report: Report) => renderReport(report, request, plain).split("\n")[0];

  it("says when a value comes from nowhere", () => {
    const counterexample = { ...unsafe.counterexample!, property: "non-triviality" as const, decided: ["C"] };
    expect(firstLine({ ...unsafe, answer: null, counterexample })).toBe(
      "UNSAFE  wrong-half  a value that no client asked for is decided after 7 steps",
    );
  });

  it("says when the very start differs", () => {
    expect(firstLine({ ...diverges, divergence: { ...diverges.divergence!, at: -1 } })).toBe(
      "DIVERGES  three-majority  the implementation differs from the model before the first step",
    );
  });
});

it("what was explored says what never happened, and so was not shown", () => {
  const explored = (neverTaken: string[], vacuous: string[]) => {
    const exploration = { ...safe.exploration, vacuity: { neverTaken, vacuous } };
    return /^Explored\n(.*?)\n\n/ms
      .exec(renderReport({ ...safe, exploration }, request, plain))![1]!
      .split("\n")
      .slice(2);
  };
  expect(explored([], [])).toEqual([]);
  expect(explored(["freeze"], [])).toEqual(["  No run takes a step of freeze."]);
  expect(explored(["tick", "crash", "freeze"], ["agreement", "non-triviality"])).toEqual([
    "  No run takes a step of tick, crash and freeze.",
    "  Nothing is shown of agreement and non-triviality, whose premises hold in no state.",
  ]);
  expect(explored([], ["agreement"])).toEqual(["  Nothing is shown of agreement, whose premise holds in no state."]);
});

it("no line ends in a blank", () => {
  for (const report of [safe, unsafe, inconclusive, diverges]) {
    expect(renderReport(report, request, plain)).not.toMatch(/[ \t]$/m);
  }
});
