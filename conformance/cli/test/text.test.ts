import { describe, expect, it } from "vitest";
import { renderOutcomes } from "../../report/outcomes.js";
import { renderReport } from "../../report/text.js";
import type { Outcome } from "../outcome.js";
import { plain } from "../terminal.js";
import { diverges, inconclusive, request, safe, unsafe } from "./reports.js";

describe("one report in full", () => {
  it("safe", () => {
    expect(renderReport(safe, request, plain)).toMatchInlineSnapshot(`
      "SAFE  three-majority  no two values can be decided, and the implementation agrees

      Rules
        ✓ PQ  every phase-1 quorum meets every phase-2 quorum of every lower register set

      Because
        Every phase-1 quorum meets every phase-2 quorum of every lower register set.

      Proved
        Proved: agreement for any number of register sets, by the cutoff theorem; and by exhaustion of R0,
        R1.

      Explored
        R0, R1 with 2 values, free inputs
        558 distinct states, 1,598 transitions, depth 8, complete

      Replayed
        the implementation agrees at every step
        633 traces, 3 of them over TCP with logs on disk; 4,316 steps; seed 1
        1,598 of 1,598 transitions covered (100%)
        one register set deeper (R0, R1, R2): 14,724 traces; 138,315 steps
        38,000 of 38,899 transitions covered there

      Not explored
        - Register sets above R1, more values and more clients: these follow from PQ by the cutoff
          theorem, not from exploration.
        - Progress.

      Reproduce
        npx quorate verify three-majority.yaml
      "
    `);
  });

  it("unsafe: the witness, the picture, the run", () => {
    expect(renderReport(unsafe, { ...request, values: 3, seed: 7 }, plain)).toMatchInlineSnapshot(`
      "UNSAFE  wrong-half  two values decided after 7 steps

      Rules
        ✗ PQ  these quorums share no server:
              decides  R0  {S1, S2}  wrong-half.yaml:4:14
              prepares R1  {S0}      wrong-half.yaml:5:14

      Registers after the run  deciding quorums in brackets
              S0   S1   S2
        R0    -   [A]  [A]  A decided by {S1, S2}
        R9   [B]  [B]       B decided by {S0, S1}
        R10
        R11

      Shortest run  7 steps, changed registers only
                                S0    S1    S2
        1  freeze R0..R8 at S0  R0=-
        2  propose A in R0
        3  write A to R0 at S1        R0=A
        4  write A to R0 at S2              R0=A
        5  propose B in R9
        6  write B to R9 at S0  R9=B
        7  write B to R9 at S1        R9=B

      Because
        {S0} prepares R1 without hearing from {S1, S2}, which may have decided in R0.

      Proved
        Proved: agreement for any number of register sets, by the cutoff theorem; and by exhaustion of R0,
        R1.

      Explored
        R0, R9, R10, R11 with 2 values, free inputs
        177,382 distinct states, 834,676 transitions, depth 16, complete

      Replayed
        the implementation agrees at every step
        633 traces, 3 of them over TCP with logs on disk; 4,316 steps; seed 1
        12,559 of 834,676 transitions covered (1%)

      Not explored
        - Progress.

      Reproduce
        npx quorate verify --values 3 --seed 7 'my tables/wrong-half.yaml'
      "
    `);
  });

  it("inconclusive: which bound was hit", () => {
    expect(renderReport(inconclusive, { ...request, replay: false }, plain)).toMatchInlineSnapshot(`
      "INCONCLUSIVE  three-majority  interrupted at depth 5 with 300 states found

      Rules
        ✓ PQ  every phase-1 quorum meets every phase-2 quorum of every lower register set

      Because
        The exploration was interrupted.

      Proved
        Proved: agreement for any number of register sets, by the cutoff theorem; and by exhaustion of R0,
        R1.

      Explored
        R0, R1 with 2 values, free inputs
        558 distinct states, 1,598 transitions, depth 8, not complete

      Not explored
        - Register sets above R1, more values and more clients: these follow from PQ by the cutoff
          theorem, not from exploration.
        - Progress.

      Reproduce
        npx quorate verify --no-replay three-majority.yaml
      "
    `);
  });

  it("diverges: both states side by side, and the trace", () => {
    expect(renderReport(diverges, request, plain)).toMatchInlineSnapshot(`
      "DIVERGES  three-majority  the implementation differs from the model at step 3

      Rules
        ✓ PQ  every phase-1 quorum meets every phase-2 quorum of every lower register set

      First difference  at step 3 of 3, with servers in memory
        S0 holds nothing in R0 after a restart, where the model has nil

      After that step  differing registers in brackets
        model  S0   S1   S2      implementation  S0   S1   S2
        R0    [-]   A            R0             [ ]   A
        R1                       R1
        The model has nothing decided; clients of the implementation output A.

      Shortest trace  changed registers, as the model has them
                                   S0    S1
           1  propose A in R0
           2  write A to R0 at S1        R0=A
        →  3  freeze R0 at S0      R0=-

      Because
        The implementation forgets what it promised.

      Proved
        Proved: agreement for any number of register sets, by the cutoff theorem; and by exhaustion of R0,
        R1.

      Explored
        R0, R1 with 2 values, free inputs
        558 distinct states, 1,598 transitions, depth 8, complete

      Replayed
        the implementation does not agree
        633 traces, 3 of them over TCP with logs on disk; 4,316 steps; seed 1
        1,598 of 1,598 transitions covered (100%)
        one register set deeper (R0, R1, R2): 14,724 traces; 138,315 steps
        38,000 of 38,899 transitions covered there

      Not explored
        - Register sets above R1, more values and more clients: these follow from PQ by the cutoff
          theorem, not from exploration.
        - Progress.

      Reproduce
        npx quorate verify three-majority.yaml
      "
    `);
  });

  it("has no line that ends in a blank", () => {
    for (const report of [safe, unsafe, inconclusive, diverges]) {
      expect(renderReport(report, request, plain)).not.toMatch(/[ \t]$/m);
    }
  });
});

describe("verdict line", () => {
  const firstLine = (report: typeof safe) => renderReport(report, request, plain).split("\n")[0];

  it("says that a safe table was not replayed", () => {
    expect(firstLine({ ...safe, replay: null })).toBe(
      "SAFE  three-majority  no two values can be decided; the implementation was not replayed",
    );
  });

  it("says when a value comes from nowhere", () => {
    const counterexample = { ...unsafe.counterexample!, property: "non-triviality" as const, decided: ["C"] };
    expect(firstLine({ ...unsafe, counterexample })).toBe(
      "UNSAFE  wrong-half  a value that nobody asked for is decided after 7 steps",
    );
  });

  it("says when the very start differs", () => {
    expect(firstLine({ ...diverges, divergence: { ...diverges.divergence!, at: -1 } })).toBe(
      "DIVERGES  three-majority  the implementation differs from the model before the first step",
    );
  });
});

describe("several files", () => {
  const verified = (report: typeof safe): Outcome => ({ kind: "verified", report, exitCode: 0 });
  const failure: Outcome = {
    kind: "failure",
    file: "bad.yaml",
    exitCode: 65,
    message: "bad.yaml:5:13: …",
    problem: "…",
    line: 5,
    column: 13,
    hint: null,
  };

  it("make a matrix, and only those that are not safe follow in full", () => {
    const [matrix, ...inFull] = renderOutcomes(
      [safe, unsafe, inconclusive, diverges].map(verified).concat(failure),
      request,
      plain,
    ).split(/^─+$/m);
    expect(matrix).toMatchInlineSnapshot(`
      "table           verdict       rules  sets        states  transitions  depth  shortest run  replayed
      three-majority  safe          ✓ PQ   0 1            558        1,598      8                    100%
      wrong-half      unsafe        ✗ PQ   0 9 10 11  177,382      834,676     16             7        1%
      three-majority  inconclusive  ✓ PQ   0 1            558        1,598      8                      no
      three-majority  diverges      ✓ PQ   0 1            558        1,598      8                diverges
      bad.yaml        invalid

      "
    `);
    expect(inFull.map((text) => text.trim().split("  ")[0])).toEqual(["UNSAFE", "INCONCLUSIVE", "DIVERGES"]);
  });

  it("print nothing for a lone failure, which stderr has", () => {
    expect(renderOutcomes([failure], request, plain)).toBe("");
  });
});
