import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { parseTable } from "../../../spec/table-file.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { explore } from "../../kernel/index.js";
import { registersModel } from "../../registers/registers.js";
import { compressedRegisterSets, leadingRegisterSets, type Scope } from "../../registers/scope.js";
import { longestRun, promelaOf } from "../promela.js";
import { buildPan, hasSpin, mayBeCountOf, PanFailure, type PanReport, readPanReport, runPan } from "../spin-pan.js";
import { disagreements, renderComparisons } from "../spin-report.js";
import { describeScope, majorities } from "../spin-scope.js";

const scope = (table: QuorumTable, sets: number, clients: number | null, values = 2): Scope => ({
  table,
  registerSets: leadingRegisterSets(table, sets),
  values,
  clients,
});

const anyOf5 = (decide: number, prepare: number): QuorumTable =>
  parseTable(
    `name: flexible\nservers: [S0, S1, S2, S3, S4]\nregisters: [{ sets: 0.., decide: any ${decide}, prepare: any ${prepare} }]`,
    "test",
  );

/** An open first set that any two servers decide, then exclusive majorities. */
const openFirst = parseTable(
  `name: open-first
servers: [S0, S1, S2]
registers:
  - { sets: 0, decide: any 2, allocation: open }
  - { sets: 1, decide: majority, prepare: any 2 }`,
  "test",
);

const alternatives = (promela: string): string[] => promela.split("\n").filter((line) => line.includes("::"));

describe("the register model in Promela", () => {
  it("has one alternative for each step, all of them indivisible", () => {
    const promela = promelaOf(scope(majorities(3), 3, null));
    const steps = alternatives(promela);
    // freeze(s, r ≥ 1), propose(r, v), write(s, r, v)
    expect(steps).toHaveLength(3 * 2 + 3 * 2 + 3 * 3 * 2);
    expect(steps.every((step) => /^ {2}:: d_step \{ \(.*\) -> [^:]*\}$/.test(step))).toBe(true);
    expect(promela.match(/proctype/g)).toHaveLength(1);
    expect(promela).not.toMatch(/assert|\bif\b|goto|atomic/);
  });

  it("takes a bit a server and content, and a bit a set and proposed value", () => {
    const fields = promelaOf(scope(majorities(3), 5, 2)).matchAll(/^unsigned \w+ : (\d+)/gm);
    const bits = [...fields].reduce((sum, [, width]) => sum + Number(width), 0);
    expect(bits).toBe(5 * 3 * 3 + 5 * 2);
  });

  it("unrolls the phase-1 quorums of the table", () => {
    const promela = promelaOf(scope(anyOf5(2, 4), 2, null));
    expect(promela).toContain(
      "#define HEARS_1(missing) (!((missing) & 15) || !((missing) & 23) || !((missing) & 27) || !((missing) & 29) || !((missing) & 30))",
    );
    expect(promela).toContain("#define MISSING_1_NONE (MISSING_1_0 | holdsA_0 | holdsB_0)");
  });

  it("lets fixed clients propose their own input only, and anybody's in an open set", () => {
    const proposalsIn0 = (promela: string) =>
      alternatives(promela).filter((step) => / -> proposed\w+ = .* \| 1 }/.test(step));
    expect(proposalsIn0(promelaOf(scope(majorities(3), 2, 2)))).toHaveLength(1);
    expect(proposalsIn0(promelaOf(scope(majorities(3), 2, null)))).toHaveLength(2);
    expect(proposalsIn0(promelaOf(scope(openFirst, 2, 2)))).toHaveLength(2);
  });

  it("refuses a selection that it does not translate", () => {
    const table = { ...majorities(3), selection: "strict" as const };
    expect(() => promelaOf(scope(table, 2, null))).toThrow(/only greatest is translated/);
  });
});

/** In CI nothing is skipped: what is missing there fails. */
const isLeftOut = !hasSpin() && process.env.CI === undefined;

describe.skipIf(isLeftOut)("the register model in Spin (left out where spin or cc is not installed)", () => {
  it.each([
    { table: majorities(3), sets: 2, clients: 2, distinctStates: 251, transitions: 673 },
    { table: majorities(3), sets: 3, clients: 2, distinctStates: 4154, transitions: 15_117 },
    { table: majorities(3), sets: 4, clients: 2, distinctStates: 56_885, transitions: 255_432 },
    { table: majorities(3), sets: 2, clients: null, distinctStates: 558, transitions: 1598 },
    { table: majorities(3), sets: 3, clients: null, distinctStates: 10_123, transitions: 38_899 },
    { table: anyOf5(2, 4), sets: 2, clients: null, distinctStates: 8774 },
    { table: anyOf5(3, 2), sets: 2, clients: null, distinctStates: 25_414 },
    { table: openFirst, sets: 2, clients: null, distinctStates: 1278 },
  ])("has the reference counts: $table.name, $sets sets, clients $clients", ({ table, sets, clients, ...counts }) => {
    expect(runSpin(scope(table, sets, clients))).toMatchObject(counts);
  });

  it("has as many states and transitions as Quorate on random tables", async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryTable({ servers: { min: 1, max: 3 }, ranges: { min: 1, max: 3 }, allocation: "any" }),
        fc.constantFrom(null, 1, 2),
        fc.constantFrom(1, 2, 3),
        async (random, clients, values) => {
          const table = { ...random, selection: "greatest" as const };
          const registerSets = compressedRegisterSets(table).slice(0, values === 3 ? 2 : 3);
          const small = { table, registerSets, values, clients: clients === 2 && values === 1 ? 1 : clients };
          const { distinctStates, transitions } = await explore(registersModel(small));
          expect(runSpin(small)).toMatchObject({ distinctStates, transitions });
        },
      ),
      { numRuns: 4, seed: 1 },
    );
  }, 120_000);
});

function runSpin(small: Scope): PanReport {
  const directory = mkdtempSync(join(tmpdir(), "quorate-promela-"));
  try {
    buildPan(promelaOf(small), directory, "-O0");
    return runPan(directory, { states: 100_000, depth: longestRun(small) });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe("pan's report", () => {
  const complete = `
State-vector 20 byte, depth reached 8, errors: 0
      251 states, stored
      423 states, matched
      674 transitions (= stored+matched)
  128.195\tmemory usage (Mbyte)
pan: elapsed time 0.25 seconds`;

  it("is read without the arrival at the initial state", () => {
    expect(readPanReport(complete)).toEqual({
      distinctStates: 251,
      transitions: 673,
      depth: 8,
      elapsed_s: 0.25,
      memory_MiB: 128.195,
    });
  });

  it("has large counts in exponential notation, rounded to eight digits", () => {
    const large = complete.replace("674 tr", "4.6597389e+08 tr");
    const { transitions } = readPanReport(`Depth=      24 States=    1e+06 Transitions=  6.8e+06\n${large}`);
    expect(transitions).toBe(465_973_889);
    expect(mayBeCountOf(transitions, 465_973_894)).toBe(true);
    expect(mayBeCountOf(transitions, 465_973_904)).toBe(false);
    expect(mayBeCountOf(57_188_397, 57_188_398)).toBe(false);
  });

  it.each(["Warning: Search not completed", "error: max search depth too small", "pan: reached -DMEMLIM bound"])(
    "is not taken for complete after: %s",
    (warning) => {
      expect(() => readPanReport(`${warning}\n${complete}`)).toThrow(PanFailure);
    },
  );

  it("is not taken for complete with errors, or without a figure", () => {
    expect(() => readPanReport(complete.replace("errors: 0", "errors: 1"))).toThrow(PanFailure);
    expect(() => readPanReport("pan: elapsed time 0.25 seconds")).toThrow(/depth|states|errors/);
  });
});

describe("the benchmark's report", () => {
  const spin = { distinctStates: 4154, transitions: 15_117, depth: 12, elapsed_s: 2, memory_MiB: 10 };
  const quorate = { ...spin, elapsed_s: 0.5, memory_MiB: 60, busyCores: 1 };
  const title = describeScope({ table: "3", sets: 3, values: 2, clients: 2 });

  it("shows the medians and the ratio", () => {
    const slow = { ...quorate, elapsed_s: 9 };
    const comparison = { title, spin: [spin], quorate: new Map([[1, [quorate, slow, quorate]]]) };
    expect(disagreements(comparison)).toEqual([]);
    expect(renderComparisons([comparison], { workers: [1], runs: 3 })).toMatch(
      /^\| 3 servers, 3 sets, 2 clients \| +4,154 \| +15,117 \| +2.00 \| +10 \| +0.50 \| 60 \| +0.25 \|$/m,
    );
  });

  it("says who found another number of states", () => {
    const wrong = { ...quorate, distinctStates: 4155 };
    expect(disagreements({ title, spin: [spin], quorate: new Map([[2, [quorate, wrong]]]) })).toEqual([
      "3 servers, 3 sets, 2 clients: Quorate with 2 workers found 4155 distinctStates, Spin 4154",
    ]);
  });
});
