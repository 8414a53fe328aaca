import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Variant } from "../../../model/registers/variant.js";
import { parseTable } from "../../../spec/table-file.js";
import { renderJson } from "../../report/verdict/json.js";
import { renderReport } from "../../report/verdict/text.js";
import { plain } from "../../shell/terminal.js";
import type { Report } from "../report.js";
import { DEFAULT_REQUEST, EXHAUSTING, type VerifyRequest } from "../request.js";
import { verifyTable } from "../verify.js";

const byRegister: Variant = { freezes: "register", writesFreezeBelow: false };
const freezingWrites: Variant = { freezes: "row", writesFreezeBelow: true };
const both: Variant = { freezes: "register", writesFreezeBelow: true };

async function verify(text: string, asked: Partial<VerifyRequest>): Promise<Report> {
  const process = { onProgress: () => {}, onAnswer: () => {}, signal: new AbortController().signal };
  return {
    ...(await verifyTable("table.yaml", parseTable(text, "table.yaml"), {
      ...EXHAUSTING,
      samples: "of many",
      ...process,
      ...asked,
    })),
    warnings: [],
  };
}

const bundled = (name: string) => readFileSync(`spec/tables/${name}.yaml`, "utf8");
/** Of so few servers that a set more is soon replayed. */
const bothOrOne = "servers: [S0, S1]\nregisters:\n  - sets: 0..\n    decide: all\n    prepare: any 1\n";
const majority = "servers: [S0, S1, S2]\nregisters:\n  - sets: 0..\n    decide: majority\n";

describe("freezes of one register at a time", () => {
  it("are replayed by clients over storage, every transition", async () => {
    const { verdict, exploration, replay, notExplored } = await verify(majority, { variant: byRegister });
    expect(verdict).toBe("safe");
    expect(exploration).toMatchObject({ distinctStates: 558, transitions: 1598, variant: byRegister });
    expect(replay).toMatchObject({ agrees: true, transitionsCovered: 1598, tracesOverTcp: 0 });
    expect(notExplored).toContain("Clients over storage of single registers were replayed in memory, not over TCP.");
    expect(notExplored.join()).toContain("freezes of a whole row in one step are not part of this model");
  });

  it("are replayed one set deeper, where registers below are two", async () => {
    const { exploration, replay } = await verify(bothOrOne, { variant: byRegister, samples: "alone" });
    expect([exploration.transitions, replay!.transitionsCovered]).toEqual([356, 356]);
    expect(replay!.deeper).toMatchObject({ transitionsCovered: 6570, transitionsReachable: 6570 });
  });

  it("show what an unsafe table does, in more steps than with whole rows", async () => {
    const report = await verify(bundled("wrong-moved-twice"), { variant: byRegister });
    expect(report).toMatchObject({
      verdict: "unsafe",
      counterexample: { length: 6 },
      exploration: { distinctStates: 902, transitions: 2424 },
      replay: { agrees: true, transitionsCovered: 2424 },
    });
    const text = renderReport(report, { ...DEFAULT_REQUEST, variant: byRegister }, plain);
    expect(text).toMatch(/freeze R0 at b +R0=-\n/);
    expect(text).toMatch(/freeze R1 at b +R1=-\n/);
    expect(text).toContain("R0, R1, R2 with 2 values, free inputs, freezes of one register at a time\n");
    expect(text).toContain("npx quorate verify --freeze register table.yaml");
  });

  it.each([
    ["open sets, eager", bundled("talk-unsafe-open-set"), "unsafe"],
    [
      "open sets, strict: clients wait",
      "servers: [a, b, c]\nselection: strict\nregisters:\n  - sets: 0\n    decide: any 2\n    allocation: open\n  - sets: 1\n    decide: majority\n    prepare: majority\n",
      "safe",
    ],
    ["decision tables", `selection: decision-table\n${majority}`, "safe"],
    [
      "gaps between the explored sets, which no client leaves out",
      "servers: [a, b]\nregisters:\n  - sets: 0..999999\n    decide: all\n  - sets: 1000000\n    decide: any 1\n",
      "safe",
    ],
  ])("are replayed with %s", async (_, table, expected) => {
    const { verdict, replay, exploration } = await verify(table, { variant: byRegister });
    expect({ verdict, agrees: replay!.agrees }).toEqual({ verdict: expected, agrees: true });
    expect(replay!.transitionsCovered).toBe(exploration.transitions);
  });
});

describe("writes that freeze below", () => {
  it("are replayed by servers that were told so, in memory and over TCP", async () => {
    const { verdict, exploration, replay } = await verify(majority, { variant: freezingWrites });
    expect(verdict).toBe("safe");
    expect(exploration).toMatchObject({ distinctStates: 414, transitions: 1142, variant: freezingWrites });
    expect(replay).toMatchObject({ agrees: true, transitionsCovered: 1142 });
    expect(replay!.tracesOverTcp).toBeGreaterThanOrEqual(1);
  });

  it("are replayed one set deeper", async () => {
    const { exploration, replay } = await verify(bothOrOne, { variant: freezingWrites, samples: "alone" });
    expect([exploration.transitions, replay!.transitionsCovered]).toEqual([268, 268]);
    expect(replay!.tracesOverTcp).toBeGreaterThanOrEqual(3);
    expect(replay!.deeper).toMatchObject({ transitionsCovered: 3318, transitionsReachable: 3318 });
  });

  it("show in the run what they freeze", async () => {
    const report = await verify(bundled("wrong-moved-twice"), { variant: freezingWrites, replay: false });
    const last = report.counterexample!.steps.at(-1);
    expect(last).toMatchObject({ action: "write", freezesBelow: true });
    const steps = [
      { action: "propose", registerSet: 2, value: "A" },
      { action: "write", server: "b", registerSet: 2, value: "A", freezesBelow: true },
    ] as const;
    const shown = { ...report, counterexample: { ...report.counterexample!, steps } };
    expect(renderReport(shown, DEFAULT_REQUEST, plain)).toMatch(
      /write A to R2 at b, freezing R0\.\.R1 +R0,R1=- R2=A\n/,
    );
  });
});

it("both together are explored, and nothing implements them", async () => {
  const { exploration, replay } = await verify(majority, { variant: both, registerSets: 3, replay: false });
  expect([exploration.distinctStates, exploration.transitions, replay]).toEqual([7414, 27_630, null]);
  await expect(verify(majority, { variant: both })).rejects.toThrow(/no writes that freeze other registers/);
});

it("the variant is in JSON, and the steps of a plain run are as ever", async () => {
  const report = await verify(bundled("wrong-moved-twice"), { replay: false });
  const json = JSON.parse(renderJson({ kind: "verified", report, exitCode: 1 }, DEFAULT_REQUEST));
  expect(json.exploration.variant).toEqual({ freezes: "row", writesFreezeBelow: false });
  for (const step of json.counterexample.steps) expect(Object.keys(step)).not.toContain("freezesBelow");
});
