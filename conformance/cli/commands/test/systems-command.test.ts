import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Command } from "commander";
import { afterEach, describe, expect, it } from "vitest";
import { EXIT } from "../../../shell/exit-codes.js";
import { recordingTerminal } from "../../../verify/test/reports.js";
import { registerSystems } from "../systems-command.js";

afterEach(() => {
  process.exitCode = undefined;
});

async function systems(...words: string[]) {
  const terminal = recordingTerminal();
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });
  registerSystems(program, terminal);
  await program.parseAsync(["systems", ...words], { from: "user" });
  return { exitCode: process.exitCode, ...terminal.printed };
}

const objectsIn = (out: string) =>
  out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("quorate systems NAME", () => {
  it("tells a flawed variant: the run in its words, the state in which it ends, and the mend", async () => {
    const { exitCode, out } = await systems("leases", "--variant", "replica-reads-not-waited-for");
    expect(out.slice(out.indexOf("BROKEN"))).toMatchInlineSnapshot(`
      "BROKEN  replica-reads-not-waited-for  replicas with a lease answer reads, and a write waits for a majority

      Asked  does every property hold in every state?  broken: a local read never misses an acknowledged write

      Shortest run  5 steps
        1  R0 asks the master for a lease                                                  believes[R0]: 0 → 2
        2  the master grants R0 a lease                                                    isReader[R0]: - → ✓, promised[R0]: 0 → 4
        3  the master sends a write to the replicas, and grants no lease until it is done  write: not begun → on its way
        4  R1 takes the write                                                              has[R1]: - → ✓
        5  the master acknowledges the write                                               write: on its way → acknowledged

      The state in which it ends
            replicaAhead  believes  isReader  promised  has
        R0  0             2         ✓         4         -
        R1  0             0         -         0         ✓
        masterAhead  M0:0
        write        acknowledged

      What mends it
        A write reaches each replica that may still answer reads, or waits until it cannot.

      Explored
        replicas 2, master 2, replica 4, drift 1: 19,016 distinct states, 43,015 transitions, depth 21,
        seen in 9,618 that differ by more than names. That is all of them; of other parameters it says
        nothing.
      "
    `);
    expect(exitCode).toBe(EXIT.unsafe);
  });

  it("shows the chain of views where no protocol can do it", async () => {
    const { exitCode, out } = await systems("quorum-bound", "--set", "servers=2", "--set", "failures=1");
    expect(out.slice(out.indexOf("IMPOSSIBLE"))).toMatchInlineSnapshot(`
      "IMPOSSIBLE  every-protocol  two groups of n - f servers, one after the other

      Asked  can any protocol of this depth do it?  impossible: no value is right for all views of one component

      Chain of views  two that follow each other occur in one run, and decide the same
        1  S0, having heard S0 with A  A must be decided
        2  S1, having heard S1 with B  B must be decided

      Side by side  the first view cannot tell the left two runs apart, the second the right two
           A must be decided                                 both views                                        B must be decided
        1  S0 begins with A                                  S0 begins with A                                  S0 begins with B
        2  S1 begins with A                                  S1 begins with B                                  S1 begins with B
        3  {S0} hear each other and nobody else, and decide  {S0} hear each other and nobody else, and decide  {S1} hear each other and nobody else, and decide
        4                                                    {S1} hear each other and nobody else, and decide

      Explored
        servers 2, failures 1: 31 distinct states, 30 transitions, depth 4. That is all of them; of other
        parameters it says nothing.
      "
    `);
    expect(exitCode).toBe(EXIT.unsafe);
  });

  it("is as pinned without options, whatever the verdicts", async () => {
    const { exitCode, out } = await systems("quorum-bound", "--format", "json");
    expect(objectsIn(out)).toEqual([
      {
        system: "quorum-bound",
        variant: "every-protocol",
        parameters: { servers: 4, failures: 2 },
        question: "similarity",
        verdict: "impossible",
        property: "a value for every component of views",
        distinctStates: 703,
        transitions: 702,
        depth: 6,
        complete: true,
        representatives: null,
        run: null,
        cycle: null,
        components: 3,
        vacuous: [],
        pinned: true,
      },
    ]);
    expect(exitCode).toBe(EXIT.safe);
  });

  it("with other values exits by what comes out, and pins nothing", async () => {
    const { exitCode, out } = await systems("quorum-bound", "--set", "servers=5", "--format", "json");
    expect(objectsIn(out)).toMatchObject([{ verdict: "solvable", components: 80, pinned: true }]);
    expect(exitCode).toBe(EXIT.safe);
    const other = await systems(
      "synchronous",
      "--set",
      "processes=4",
      "--variant",
      "one-round-too-few",
      "--format",
      "json",
    );
    expect(objectsIn(other.out)).toMatchObject([
      { question: "invariant", verdict: "broken", pinned: null, run: { length: 8 } },
      { question: "similarity", verdict: "impossible", pinned: null },
    ]);
    expect(other.exitCode).toBe(EXIT.unsafe);
  });

  it("has presets", async () => {
    const { exitCode, out } = await systems("herlihy", "--preset", "test-and-set-2", "--format", "json");
    expect(objectsIn(out)).toMatchObject([{ verdict: "solvable", components: 4, pinned: true }]);
    expect(exitCode).toBe(EXIT.safe);
  });

  it.each([
    [
      "junit",
      /<testcase name="leases replica-reads-not-waited-for".*<failure type="unexpected-result" message="invariant: broken, a local read never misses an acknowledged write, in 5 steps\.">/s,
    ],
    [
      "github",
      /^::error title=leases replica-reads-not-waited-for%3A unexpected-result::invariant: broken, a local read/,
    ],
    ["markdown", /\| leases replica-reads-not-waited-for \| broken \| 19,016 \| 43,015 \| 5 \|$/m],
    ["sarif", /"ruleId": "unexpected-result",.*"name": "leases replica-reads-not-waited-for"/s],
    ["html", /<h2>leases replica-reads-not-waited-for<\/h2>.*R1 takes the write/s],
  ])("is written as %s, with the run", async (format, expected) => {
    const { exitCode, out } = await systems("leases", "--variant", "replica-reads-not-waited-for", "--format", format);
    expect(out).toMatch(expected);
    expect(exitCode).toBe(EXIT.unsafe);
  });

  it("writes files besides, in which what is as pinned has passed", async () => {
    const file = path.join(await mkdtemp(path.join(tmpdir(), "systems-")), "systems.xml");
    const { exitCode, out } = await systems("zookeeper-cas", "--output", `junit=${file}`);
    expect(out).toContain("BROKEN  plain-set");
    expect(await readFile(file, "utf8")).toContain(
      '<testsuite name="quorate systems" tests="5" failures="0" errors="0" skipped="0">',
    );
    expect(exitCode).toBe(EXIT.safe);
  });

  it("is inconclusive where a bound ends it", async () => {
    const { exitCode, out } = await systems(
      "acceptors",
      "--variant",
      "sound",
      "--max-states",
      "100",
      "--format",
      "json",
    );
    expect(objectsIn(out).map(({ verdict, complete }) => [verdict, complete])).toEqual([
      ["inconclusive", false],
      ["inconclusive", false],
    ]);
    expect(exitCode).toBe(EXIT.inconclusive);
  });

  it("compares no counts of part of the states: what is broken there is as pinned, and the rest is not known", async () => {
    const bound = ["--max-states", "800", "--format", "json"];
    const { exitCode, out, err } = await systems("atomic-broadcast", ...bound);
    expect(objectsIn(out).at(-1)).toMatchObject({ verdict: "broken", complete: false, pinned: true });
    expect(err).not.toContain("pinned");
    expect(exitCode).toBe(EXIT.inconclusive);
    const asked = await systems("atomic-broadcast", "--variant", "delivers-locally", ...bound);
    expect(asked.exitCode).toBe(EXIT.unsafe);
  });

  it("does not call safe what nothing was shown of", async () => {
    const { exitCode, out } = await systems("acceptors", "--variant", "forgets-vote", "--set", "crashes=0");
    expect(out).toContain('Nothing is shown of this: action "crash" is never taken.');
    expect(exitCode).toBe(EXIT.inconclusive);
  });

  it.each([
    [["acceptrs"], 'there is no system called "acceptrs" (did you mean "acceptors"?)'],
    [
      ["acceptors", "--variant", "forget-vote"],
      'there is no variant of acceptors called "forget-vote" (did you mean "forgets-vote"?)',
    ],
    [
      ["acceptors", "--set", "servrs=3"],
      'there is no parameter of acceptors called "servrs" (did you mean "servers"?)',
    ],
    [["acceptors", "--set", "servers=9"], 'servers is a whole number from 1 to 7, not "9"'],
    [["acceptors", "--set", "servers"], "--set servers: it is written --set PARAMETER=VALUE"],
    [["acceptors", "--set", "servers=3", "--set", "servers=2"], "--set servers is given twice, as 3 and as 2"],
    [
      ["herlihy", "--set", "object=register"],
      'object is one of registers, test-and-set, compare-and-swap, not "register" (did you mean "registers"?)',
    ],
    [["herlihy", "--preset", "tas"], 'there is no preset of herlihy called "tas"'],
    [["acceptors", "--preset", "tas"], "--preset tas: acceptors has no presets"],
    [
      ["herlihy", "--preset", "test-and-set-2", "--set", "processes=3"],
      "preset test-and-set-2 has processes 2; leave one of the two out",
    ],
    [
      ["quorum-bound", "--set", "failures=3", "--set", "servers=3"],
      "quorum-bound has no such parameters: 3 failures leave none of 3 servers to decide",
    ],
    [
      ["alpha-reconfiguration", "--set", "to=S1,S9"],
      'to is some of S0 to S5 with commas between, as in S0,S1,S2, not "S1,S9"',
    ],
    [
      ["alpha-reconfiguration", "--set", "from=S1,S0", "--set", "to=S0,S1"],
      "alpha-reconfiguration has no such parameters: from and to are the same servers, and nothing changes",
    ],
    [
      ["bookkeeper", "--set", "ack-quorum=3"],
      "bookkeeper has no such parameters: an ack quorum of 3 cannot be had of 2 copies",
    ],
    [["--set", "servers=3"], "--variant, --preset and --set are about one system: name it"],
  ])("refuses %j", async (words, sentence) => {
    await expect(systems(...words)).rejects.toThrow(sentence);
  });
});
