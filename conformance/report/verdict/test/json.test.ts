import { describe, expect, it } from "vitest";
import { diverges, notReplayed, request, safe, unsafe } from "../../../verify/test/reports.js";
import { renderJson } from "../json.js";

const objectOf = (report: typeof safe) =>
  JSON.parse(renderJson({ kind: "verified", report, exitCode: 0 }, request)) as Record<string, unknown>;

describe("the contract of JSON reports", () => {
  it("has its keys, in its order, before any other", () => {
    expect(Object.keys(objectOf(safe)).slice(0, 6)).toEqual([
      "table",
      "verdict",
      "rules",
      "exploration",
      "counterexample",
      "replay",
    ]);
  });

  it("a safe table", () => {
    expect(objectOf(safe)).toMatchObject({
      table: "three-majority",
      verdict: "safe",
      rules: [{ rule: "PQ", holds: true, witness: null }],
      exploration: {
        registerSets: [0, 1],
        values: 2,
        distinctStates: 558,
        transitions: 1598,
        depth: 8,
        complete: true,
      },
      counterexample: null,
      replay: { traces: 633, steps: 4316, transitionsCovered: 1598, transitionsReachable: 1598, agrees: true },
      proof: { by: "theorem", rules: ["PQ"] },
      divergence: null,
      file: "three-majority.yaml",
    });
  });

  it("an unsafe table: the witness names quorums, register sets and places; the run names servers and real sets", () => {
    expect(objectOf(unsafe)).toMatchObject({
      verdict: "unsafe",
      rules: [
        {
          rule: "PQ",
          holds: false,
          witness: {
            quorums: [
              { phase: 2, registerSet: 0, servers: ["S1", "S2"], at: "my tables/wrong-half.yaml:5:13" },
              { phase: 1, registerSet: 1, servers: ["S0"], at: "my tables/wrong-half.yaml:6:14" },
            ],
          },
        },
      ],
      proof: { by: "run", constructed: true, shortest: true },
      counterexample: { length: 7, decided: ["A", "B"], steps: unsafe.counterexample!.steps },
      reproduce: "npx quorate verify 'my tables/wrong-half.yaml'",
    });
  });

  it("no replay is null", () => {
    expect(objectOf(notReplayed).replay).toBeNull();
  });
});

it("draws the states of a divergence as people do", () => {
  expect(objectOf(diverges).divergence).toMatchObject({
    at: 1,
    model: {
      registerSets: [0, 1],
      rows: [
        ["", "B", ""],
        ["", "", ""],
      ],
    },
    implementation: {
      rows: [
        ["", "", ""],
        ["", "", ""],
      ],
    },
  });
});

it("gives a failure in parts, on one line", () => {
  const line = renderJson(
    {
      kind: "failure",
      file: "bad.yaml",
      exitCode: 65,
      message: 'bad.yaml:5:13: unknown server "S9". Hint: did you mean "S0"?',
      problem: 'unknown server "S9"',
      line: 5,
      column: 13,
      hint: 'did you mean "S0"?',
      problems: [],
    },
    request,
  );
  expect(line).not.toContain("\n");
  expect(JSON.parse(line)).toEqual({
    file: "bad.yaml",
    error: { message: 'unknown server "S9"', line: 5, column: 13, hint: 'did you mean "S0"?', exitCode: 65 },
  });
});
