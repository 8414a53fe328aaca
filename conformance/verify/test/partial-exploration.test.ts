/** `--reduce` and `--stop-at-violation`: less is explored, and what is said is still true. */
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadTable, parseTable } from "../../../spec/table-file.js";
import { readManifest } from "../../policy/manifest.js";
import type { VerifyOptions } from "../report.js";
import { EXHAUSTING } from "../request.js";
import { verifyTable } from "../verify.js";

const options: VerifyOptions = {
  ...EXHAUSTING,
  samples: "of many",
  replay: false,
  onProgress: () => {},
  onAnswer: () => {},
  signal: new AbortController().signal,
};

const tables = path.resolve("spec/tables");
const pinned = [...readManifest(path.join(tables, "manifest.json")).values()];

/**
 * Decided by any 3 of 5 and prepared by any 2: the least of the violations lies ten steps away, behind more than a
 * million states.
 */
const anyThreeAnyTwo = parseTable(
  "name: unsafe\nservers: [a, b, c, d, e]\nregisters: [{ sets: 0.., decide: any 3, prepare: any 2 }]\n",
  "unsafe.yaml",
);
const beyondReach: VerifyOptions = { ...options, registerSets: 4, clients: 2, stopAtViolation: true };

describe("--reduce", () => {
  const reducible = pinned.filter(({ file }) => loadTable(path.join(tables, file)).selection !== "decision-table");

  it.for(reducible)(
    "leaves the verdict of $file as pinned, and the length of its run",
    async ({ file, ...expected }) => {
      const report = await verifyTable(path.join(tables, file), loadTable(path.join(tables, file)), {
        ...options,
        reduce: true,
      });
      expect(report.verdict).toBe(expected.verdict);
      expect(report.counterexample?.length ?? null).toBe(expected.shortestRun);
      expect(report.exploration).toMatchObject({ reduced: true, complete: true });
      expect(report.exploration.distinctStates).toBeLessThanOrEqual(expected.distinctStates);
      expect(report.notExplored.join()).toContain("whether a run is shorter was not explored");
    },
  );

  it("finds the same state by state and on several threads", async () => {
    const table = loadTable(path.join(tables, "wrong-all-aboard.yaml"));
    const [bySymmetry, oneByOne] = await Promise.all(
      [true, false].map((symmetry) => verifyTable("a.yaml", table, { ...options, reduce: true, symmetry, workers: 2 })),
    );
    const { representatives, ...counts } = bySymmetry!.exploration;
    expect(representatives).toBe(2419);
    expect(oneByOne!.exploration).toEqual({ ...counts, representatives: null });
    expect(oneByOne!.counterexample!.length).toBe(bySymmetry!.counterexample!.length);
  });
});

describe("--stop-at-violation", () => {
  it("shows a shortest run, and does not claim that the rest was explored", async () => {
    const { verdict, counterexample, exploration, proved } = await verifyTable("a.yaml", anyThreeAnyTwo, beyondReach);
    expect(verdict).toBe("unsafe");
    expect(counterexample!.length).toBe(10);
    expect(exploration).toMatchObject({ complete: false, depth: 10 });
    expect(exploration.stoppedBy).toContain("the nearest violation was found with 3,040,637 states explored");
    expect(proved).toContain("every shorter run");
  });

  it("finds one just as near where every state is explored by itself", async () => {
    const table = loadTable(path.join(tables, "wrong-half-is-enough.yaml"));
    const found = [true, false].map((symmetry) => verifyTable("a.yaml", table, { ...beyondReach, symmetry }));
    for (const { counterexample, exploration } of await Promise.all(found)) {
      expect(counterexample!.length).toBe(8);
      expect(exploration.complete).toBe(false);
    }
  });

  it("changes nothing where nothing is wrong", async () => {
    const table = loadTable(path.join(tables, "all-aboard.yaml"));
    const [stopping, whole] = await Promise.all(
      [true, false].map((stopAtViolation) => verifyTable("a.yaml", table, { ...options, stopAtViolation })),
    );
    expect(stopping).toEqual(whole);
  });
});
