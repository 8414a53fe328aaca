/** What `verify` prints for people, as a whole: one report for each kind of end. */
import { describe, expect, it } from "vitest";
import { plain } from "../../../shell/terminal.js";
import { bounded, diverges, inconclusive, request, STATES_MAX, safe, unsafe } from "../../../verify/test/reports.js";
import { renderReport } from "../text.js";

describe("the report of a table that is", () => {
  it("safe", () => {
    expect(renderReport(safe, request, plain)).toMatchInlineSnapshot(`
      "SAFE  three-majority  no two values can be decided

      Rules
        ✓ PQ  every phase-1 quorum meets every phase-2 quorum of every lower register set

      Because
        Every phase-1 quorum meets every phase-2 quorum of every lower register set (PQ), so whoever ends
        phase 1 has seen what may be decided below.

      Proved
        Proved: agreement for any number of register sets, clients and values, by the cutoff theorem from
        PQ under selection "greatest"; besides, all 558 states of R0, R1 with 2 values were explored, and
        none decides two values.

      Explored
        R0, R1 with 2 values, free inputs
        558 distinct states, 1,598 transitions, depth 8, complete

      Progress
        from every state of the scope, a decision can still be reached
        which one: A or B from 48, only A from 255, only B from 255

      Replayed
        the implementation agrees at every step
        633 traces, 3 of them over TCP with logs on disk; 4,316 steps; seed 1
        1,598 of 1,598 transitions covered (100%)
        one register set deeper (R0, R1, R2): 14,724 traces; 138,315 steps
        38,899 of 38,899 transitions covered there

      Not explored
        - Beyond register sets 0, 1 and 2 values nothing was explored: that it is safe follows by the
          cutoff theorem (proofs-notes.md).
        - That a decision is reached in the end (fair schedules, time-outs) is not judged, only whether
          one stays reachable.
        - Messages, client crashes and freezes of one register at a time are not part of this model (see
          --messages and --freeze register); servers are assumed to keep what they wrote and not to lie.
        - Each exclusive register set is assumed to have one owner, which proposes at most one value in
          it, across its restarts too.

      Reproduce
        npx quorate verify three-majority.yaml
      "
    `);
  });

  it("unsafe, with the witness, the picture and the run", () => {
    expect(renderReport(unsafe, request, plain)).toMatchInlineSnapshot(`
      "UNSAFE  wrong-half  two values decided after 7 steps

      Rules
        ✗ PQ  these quorums share no server:
              decides  R0  {S1, S2}  my tables/wrong-half.yaml:5:13
              prepares R1  {S0}      my tables/wrong-half.yaml:6:14

      Registers after the run  deciding quorums in brackets
              S0   S1   S2
        R0    -   [A]  [A]  A decided by {S1, S2}
        R9   [B]  [B]       B decided by {S0, S1}
        R10
        R11

      Shortest run  7 steps, changed registers only
                                S0    S1    S2
        1  propose A in R0
        2  write A to R0 at S1        R0=A
        3  write A to R0 at S2              R0=A
        4  freeze R0..R8 at S0  R0=-
        5  propose B in R9
        6  write B to R9 at S0  R9=B
        7  write B to R9 at S1        R9=B

      Because
        {S1, S2} (phase 2 of R0) and {S0} (phase 1 of R1) have no server in common (PQ), so a client can
        finish phase 1 there without seeing that another value was decided, and get its own decided too.

      Proved
        Disproved by the run above, constructed from the quorums and walked through the model; by
        exhaustion of R0, R9, R10, R11 with 2 values (177,382 states), no shorter one exists there.

      Explored
        R0, R9, R10, R11 with 2 values, free inputs
        177,382 distinct states, 834,676 transitions, depth 16, complete
        by symmetry from 17,022 states, one of each orbit

      Progress
        from every state of the scope, a decision can still be reached

      Replayed
        the implementation agrees at every step
        618 traces, 4 of them over TCP with logs on disk; 8,053 steps; seed 1
        5,897 of 834,676 transitions covered (<1%)

      Not explored
        - Beyond register sets 0, 9, 10, 11 and 2 values nothing was explored and nothing is claimed.
        - Replay took 5,897 of 834,676 transitions: a seeded sample.
        - That a decision is reached in the end (fair schedules, time-outs) is not judged, only whether
          one stays reachable.
        - Messages, client crashes and freezes of one register at a time are not part of this model (see
          --messages and --freeze register); servers are assumed to keep what they wrote and not to lie.
        - Each exclusive register set is assumed to have one owner, which proposes at most one value in
          it, across its restarts too.

      Reproduce
        npx quorate verify 'my tables/wrong-half.yaml'
      "
    `);
  });

  it("inconclusive, since the rules do not answer what was asked", () => {
    const asked = { ...request, replay: false, clients: 1 };
    expect(renderReport(inconclusive, asked, plain)).toMatchInlineSnapshot(`
      "INCONCLUSIVE  wrong-half  the rules do not answer what was asked

      Rules
        ✗ PQ  these quorums share no server:
              decides  R0  {S1, S2}  my tables/wrong-half.yaml:5:13
              prepares R1  {S0}      my tables/wrong-half.yaml:6:14

      Because
        No run of the explored scope decides two values, but {S1, S2} (phase 2 of R0) and {S0} (phase 1 of
        R1) have no server in common (PQ), so a client can finish phase 1 there without seeing that
        another value was decided, and get its own decided too. A larger scope would show it.

      Proved
        Proved by exhaustion: agreement within R0, R9, R10, R11 with 2 values and 1 fixed client (44,501
        states); beyond it the rules say that it fails.

      Explored
        R0, R9, R10, R11 with 2 values, 1 fixed client
        44,501 distinct states, 212,196 transitions, depth 16, complete

      Progress
        from every state of the scope, a decision can still be reached

      Not explored
        - Beyond register sets 0, 9, 10, 11 and 2 values nothing was explored and nothing is claimed.
        - Inputs were fixed, those of 1 client: runs in which owners of different sets have other inputs
          were not explored.
        - The implementation was not replayed (--no-replay).
        - That a decision is reached in the end (fair schedules, time-outs) is not judged, only whether
          one stays reachable.
        - Messages, client crashes and freezes of one register at a time are not part of this model (see
          --messages and --freeze register); servers are assumed to keep what they wrote and not to lie.
        - Each exclusive register set is assumed to have one owner, which proposes at most one value in
          it, across its restarts too.

      Reproduce
        npx quorate verify --clients 1 --no-replay 'my tables/wrong-half.yaml'
      "
    `);
  });

  it("safe, although a bound was hit", () => {
    const asked = { ...request, replay: false, statesMax: STATES_MAX };
    expect(renderReport(bounded, asked, plain)).toMatchInlineSnapshot(`
      "SAFE  three-majority  no two values can be decided

      Rules
        ✓ PQ  every phase-1 quorum meets every phase-2 quorum of every lower register set

      Because
        Every phase-1 quorum meets every phase-2 quorum of every lower register set (PQ), so whoever ends
        phase 1 has seen what may be decided below.

      Proved
        Proved: agreement for any number of register sets, clients and values, by the cutoff theorem from
        PQ under selection "greatest"; besides, no violation was found in R0, R1 with 2 values: the bound
        of 300 states kept was reached with 300 states explored; every run of up to 5 steps was judged.

      Explored
        R0, R1 with 2 values, free inputs
        300 distinct states, 584 transitions, depth 6, not complete

      Not explored
        - Beyond register sets 0, 1 and 2 values nothing was explored: that it is safe follows by the
          cutoff theorem (proofs-notes.md).
        - The implementation was not replayed (--no-replay).
        - Whether a decision stays reachable, and is reached, is not judged: that takes every state of the
          scope, and room for them once more.
        - Messages, client crashes and freezes of one register at a time are not part of this model (see
          --messages and --freeze register); servers are assumed to keep what they wrote and not to lie.
        - Each exclusive register set is assumed to have one owner, which proposes at most one value in
          it, across its restarts too.

      Reproduce
        npx quorate verify --max-states 300 --no-replay three-majority.yaml
      "
    `);
  });

  it("safe, and whose implementation diverges, with both states side by side, and the trace", () => {
    expect(renderReport(diverges, request, plain)).toMatchInlineSnapshot(`
      "DIVERGES  three-majority  the implementation differs from the model at step 2

      Rules
        ✓ PQ  every phase-1 quorum meets every phase-2 quorum of every lower register set

      Because
        S1 holds nothing in R0 where the model holds B after a restart.

      First difference  at step 2 of 2, with servers in memory
        S1 holds nothing in R0 where the model holds B after a restart

      After that step  differing registers in brackets
        model  S0   S1   S2      implementation  S0   S1   S2
        R0         [B]           R0                  [ ]
        R1                       R1
        The model has nothing decided; clients of the implementation output nothing.

      Shortest trace  changed registers, as the model has them
                                   S1
           1  propose B in R0
        →  2  write B to R0 at S1  R0=B

      Proved
        Proved: agreement for any number of register sets, clients and values, by the cutoff theorem from
        PQ under selection "greatest"; besides, all 558 states of R0, R1 with 2 values were explored, and
        none decides two values.

      Explored
        R0, R1 with 2 values, free inputs
        558 distinct states, 1,598 transitions, depth 8, complete

      Progress
        from every state of the scope, a decision can still be reached
        which one: A or B from 48, only A from 255, only B from 255

      Replayed
        the implementation does not agree
        1 trace; 8 steps; seed 1
        2 of 1,598 transitions covered (<1%)

      Not explored
        - Beyond register sets 0, 1 and 2 values nothing was explored and nothing is claimed.
        - Replay stopped at the first difference: what else differs is not known.
        - That a decision is reached in the end (fair schedules, time-outs) is not judged, only whether
          one stays reachable.
        - Messages, client crashes and freezes of one register at a time are not part of this model (see
          --messages and --freeze register); servers are assumed to keep what they wrote and not to lie.
        - Each exclusive register set is assumed to have one owner, which proposes at most one value in
          it, across its restarts too.

      Reproduce
        npx quorate verify three-majority.yaml
      "
    `);
  });
});
