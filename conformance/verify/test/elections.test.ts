import { describe, expect, it } from "vitest";
import { parseTable } from "../../../spec/table-file.js";
import { renderSteps } from "../../report/pieces/steps.js";
import { renderRules } from "../../report/verdict/rules.js";
import { plain } from "../../shell/terminal.js";
import { EXHAUSTING } from "../request.js";
import { verifyTable } from "../verify.js";

const process = { onProgress: () => {}, onAnswer: () => {}, signal: new AbortController().signal };

const verify = (servers: number, range: string) => {
  const names = Array.from({ length: servers }, (_, server) => `S${server}`).join(", ");
  const text = `servers: [${names}]\nregisters:\n  - { ${range}, allocation: elected }\n`;
  return verifyTable("table.yaml", parseTable(text, "table.yaml"), {
    ...EXHAUSTING,
    samples: "of many",
    ...process,
  });
};

describe("a table with elected register sets", () => {
  it("whose elections and decisions are majorities is safe by PQ and E1, and the implementation agrees", async () => {
    const { verdict, proof, because, replay, notExplored } = await verify(
      2,
      "sets: 0.., decide: majority, prepare: majority",
    );
    expect({ verdict, proof }).toEqual({ verdict: "safe", proof: { by: "theorem", rules: ["PQ", "E1"] } });
    expect(replay).toMatchObject({ agrees: true, transitionsCovered: replay!.transitionsReachable });
    expect(replay!.transitionsReachable).toBeGreaterThan(100);
    expect(because).toBe(
      "Every two election quorums of one register set meet (E1), so one client alone proposes in it; and every phase-1 quorum meets every phase-2 quorum of every lower register set (PQ), so whoever ends phase 1 has seen what may be decided below.",
    );
    expect(notExplored).toContain(
      "Whoever is elected in a register set is assumed to propose at most one value in it, across its restarts too.",
    );
  });

  it("that may elect two clients of a set is unsafe, and the run shows whom servers vote for", async () => {
    const report = await verify(2, "sets: 0, decide: any 1, elect: any 1");
    expect(report).toMatchObject({ verdict: "unsafe", counterexample: { length: 6 } });
    expect(report.because).toBe(
      "{S0} (election of R0) and {S1} (election of R0) have no server in common (E1), so two clients can each be elected in this register set and propose a value in it. {S0} (phase 2 of R0) and {S1} (phase 2 of R0) have no server in common (F1), so two clients can each get their own value decided in one contested register set.",
    );
    expect(renderRules(report.rules, report.table, plain)).toBe(
      [
        "  ✓ PQ  every phase-1 quorum meets every phase-2 quorum of every lower register set",
        "  ✗ E1  these quorums share no server:",
        "        elects   R0  {S0}  table.yaml:3:38",
        "        elects   R0  {S1}  table.yaml:3:38",
        "  ✗ F1  these quorums share no server:",
        "        decides  R0  {S0}  table.yaml:3:24",
        "        decides  R0  {S1}  table.yaml:3:24",
        "",
      ].join("\n"),
    );
    const steps = renderSteps({ servers: ["S0", "S1"], registerSets: [0], steps: report.counterexample!.steps }, plain);
    expect(steps).toContain("1  vote for A in R0 at S0\n");
    expect(steps).toContain("2  vote for B in R0 at S1\n");
  });

  it("that may elect two clients, and bears that, is safe", async () => {
    const { verdict, because, counterexample } = await verify(2, "sets: 0, decide: all, elect: any 1, vote: apart");
    expect({ verdict, counterexample }).toEqual({ verdict: "safe", counterexample: null });
    expect(because).toContain(
      "(E1), so two clients can each be elected in this register set and keep each other from a decision there.",
    );
  });
});
