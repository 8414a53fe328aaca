import { Command } from "commander";
import { afterEach, describe, expect, it } from "vitest";
import { chapters, lessonNamed, lessons } from "../../../model/flawed/flaws.js";
import { studyLesson } from "../../../model/flawed/study.js";
import { renderLesson } from "../../report/lesson.js";
import { renderLessons } from "../../report/lessons.js";
import { EXIT } from "../exit-codes.js";
import { judgeStudies } from "../flaws.js";
import { registerFlaws } from "../flaws-command.js";
import { plain } from "../terminal.js";
import { recordingTerminal } from "./reports.js";

afterEach(() => {
  process.exitCode = undefined;
});

async function flaws(...words: string[]) {
  const terminal = recordingTerminal();
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });
  registerFlaws(program, terminal);
  await program.parseAsync(["flaws", ...words], { from: "user" });
  return { exitCode: process.exitCode, ...terminal.printed };
}

describe("quorate flaws", () => {
  it("lists all protocols: what they break, where that ends, and after how many steps", async () => {
    const { exitCode, out, err } = await flaws();
    expect(out).toMatchInlineSnapshot(`
      "   protocol                breaks  ends in     steps  states  what is wrong
      One register a server
      ✓  first-value             rule 1  two values      4      44  one server's word is taken for all
      ✓  overwrite               rule 3  two values      6     142  a register takes a second value
      ✓  split-vote                      stuck           6     170  three votes, three values, no retry
      A second try
      ✓  no-phase-1              rule 4  two values      6     289  the second try asks no server
      ✓  no-freeze               rule 4  two values      8   2,130  reading is not enough: it must freeze
      ✓  own-value               rule 4  two values      6     766  phase 1 sees a value, and is ignored
      ✓  sound                           safe                  558  nothing wrong: freeze, read, adopt
      Crashes
      ✓  forgotten-promise       rule 4  two values      9   4,635  a server loses its nils in a crash
      ✓  forgotten-vote          rule 4  two values      9  14,518  a server loses its values in a crash
      ✓  forgotten-registers     rule 4  two values      9  49,459  a server comes back empty
      ✓  forgotten-proposal      rule 3  two values      9   9,476  a client uses its set a second time
      Leaders
      ✓  leader-without-fencing  rule 4  two values      9   2,147  a lease, and a write that comes late
      ✓  leader-with-ballots             safe                  575  the same, and the servers refuse it

      13 of 13 protocols came out as pinned. Three servers with majorities each.
      Any of them, step by step: quorate flaws NAME
      "
    `);
    expect({ exitCode, err }).toEqual({ exitCode: EXIT.safe, err: "" });
  });

  it("prints one JSON object a line", async () => {
    const { exitCode, out } = await flaws("--format", "json");
    const objects = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(objects.map(({ flaw, length }) => [flaw, length])).toEqual(
      lessons.map(({ name, expected }) => [name, expected.length]),
    );
    expect(objects.every(({ asPinned }) => asPinned)).toBe(true);
    expect(exitCode).toBe(EXIT.safe);
  });
});

describe("quorate flaws NAME", () => {
  it("tells the story, the run and the rule", async () => {
    const { exitCode, out } = await flaws("forgotten", "promise");
    expect(out).toMatchInlineSnapshot(`
      "TWO VALUES DECIDED  forgotten-promise  a server loses its nils in a crash

      The protocol
        Servers write values to disk, for these are the data. That a register is frozen they keep in
        memory only: a nil is a mere promise, and holds no value that could be lost.

      Shortest run  9 steps to two decided values, changed registers only
                                S0       S1    S2
        1  propose A in R0                                      the writes of A are on their way, and slow
        2  freeze R0 at S0      R0=-                            S0 promises to take nothing in R0 any more
        3  freeze R0 at S1               R0=-
        4  propose B in R1                                      phase 1 is done, and has seen nothing
        5  write B to R1 at S1           R1=B
        6  write B to R1 at S2                 R1=B  B decided
        7  crash S0             R0 lost                         S0 is back, and its promise is gone
        8  write A to R0 at S0  R0=A                            so it takes the slow write
        9  write A to R0 at S2                 R0=A  A decided  S2 was never asked

      Because
        B was proposed in R1 because S0 and S1 had closed R0 for good. S0 opens it again, and the writes
        of A find the majority that phase 1 had ruled out.

      What it breaks
        Rule 4, previous decisions: write to r only when no lower set can decide anything else.
        More: quorate explain 4

      What mends it
        A promise is on disk before it is given. A nil is as good a content of a register as any value.

      Explored
        3 servers with majorities, R0, R1 exclusive, 2 values: 4,635 distinct states, 15,286 transitions,
        depth 14. That is all of them, so no shorter run decides two values.

      Source
        Lamport, "Paxos Made Simple", 2001, section 2.4 (stable storage)
      "
    `);
    expect(exitCode).toBe(EXIT.safe);
  });

  it("shows what is refused where a protocol is safe", async () => {
    expect((await flaws("leader-with-ballots")).out).toMatchInlineSnapshot(`
      "SAFE  leader-with-ballots  the same, and the servers refuse it

      The protocol
        The same leaders with the same leases. But when a new leader reads, the server remembers its term
        and takes no write of an earlier one: it freezes the registers below.

      A run that would break it  refused at its last step, changed registers only
                                   S0       S1
        1  propose A in R0                                   the leader sends its writes; they are slow
        2  elect the client of R1                            its lease ends, and the next leader's begins
        3  freeze R0 at S0         R0=-                      S0 is in term 1 now
        4  freeze R0 at S1                  R0=-             S1 too
        5  propose B in R1
        6  write B to R1 at S0     R1=B
        7  write B to R1 at S1              R1=B  B decided
        8  write A to R0 at S0     refused                   of term 0, which S0 has left

      Because
        This is the sound protocol; the leases only keep clients out of each other's way. They may
        overlap, and clocks may lie: a decision can then take longer, and is never wrong.

      What it breaks
        No rule.

      What mends it
        Nothing to mend. A lease is good for speed, and ballots are for safety.

      Explored
        3 servers with majorities, R0, R1 exclusive, 2 values, leases: 575 distinct states, 1,497
        transitions, depth 9. That is all of them, so two values are never decided, and a decision stays
        within reach.

      Source
        Kleppmann, "How to do distributed locking", 2016 (fencing tokens)
      "
    `);
  });

  it("shows how a protocol gets stuck", async () => {
    expect((await flaws("split-vote")).out).toMatchInlineSnapshot(`
      "STUCK  split-vote  three votes, three values, no retry

      The protocol
        Registers are written once, and a value is decided once a majority holds it. So two values can
        never be decided. But every server has one register only, and no vote can be taken back.

      Shortest run  6 steps to a state from which no decision can be reached, changed registers only
                                S0    S1    S2
        1  propose A in R0                        three clients want three values
        2  propose B in R0
        3  propose C in R0
        4  write A to R0 at S0  R0=A              each reaches another server first
        5  write B to R0 at S1        R0=B
        6  write C to R0 at S2              R0=C  every register is full: no value ever wins

      Because
        No two registers are alike, none can change, and there are no others. Nothing wrong is decided;
        nothing is decided ever again. (With two values, three servers cannot split; with one server that
        does not come back, two values are enough.)

      What it breaks
        No rule: the four rules keep decisions from contradicting each other. They do not promise any.

      What mends it
        Give every server a row of registers, R0, R1, R2, …, so that there is always another try. That is
        where the real trouble begins: a later try must not decide something else than an earlier one did.

      Explored
        3 servers with majorities, R0 open, 3 values: 170 distinct states, 474 transitions, depth 6. That
        is all of them, so two values are never decided; from 6 states no decision can be reached, and no
        shorter run leads to one. No run takes a step of freeze.

      Source
        Lamport, "Paxos Made Simple", 2001, section 2.2
      "
    `);
  });

  it("says output, not decided, where no quorum is asked", async () => {
    const { out } = await flaws("first-value");
    expect(out).toContain("A output");
    expect(out).not.toContain("A decided");
  });

  it("prints the same as JSON", async () => {
    const { out } = await flaws("own-value", "--format", "json");
    expect(JSON.parse(out)).toMatchObject({
      flaw: "own-value",
      breaks: 4,
      outcome: "two values decided",
      length: 6,
      system: {
        quorums: [
          ["S0", "S1"],
          ["S0", "S2"],
          ["S1", "S2"],
        ],
        registerSets: 2,
      },
      exploration: { distinctStates: 766, transitions: 2224, depth: 8, stuckStates: 0 },
      asPinned: true,
      differences: [],
    });
    expect(JSON.parse(out).steps).toHaveLength(6);
    expect(JSON.parse(out).steps[5]).toEqual({
      action: "write",
      server: "S1",
      registerSet: 1,
      value: "B",
      refused: false,
      decided: ["A", "B"],
      remark: "",
    });
  });

  it("suggests what may have been meant", async () => {
    await expect(flaws("splt-vote")).rejects.toThrow(
      'there is no protocol "splt-vote" (did you mean "split-vote"?); protocols are first-value,',
    );
    await expect(flaws("qqqq")).rejects.toThrow('there is no protocol "qqqq"; protocols are');
    await expect(flaws("sound", "--format", "xml")).rejects.toThrow("Allowed choices are text, json");
  });
});

describe("a protocol that does not come out as pinned", () => {
  it("is marked, named on stderr, and exits 1", async () => {
    const sound = lessonNamed("sound")!;
    const study = await studyLesson({ ...sound, expected: { ...sound.expected, distinctStates: 559 } });
    const terminal = recordingTerminal();
    expect(judgeStudies([study], terminal)).toBe(EXIT.unsafe);
    expect(terminal.printed.err).toBe("✗ sound: distinctStates is 558, pinned 559.\n");
    const list = renderLessons([{ title: "Alone", lessons: [sound] }], [study], plain);
    expect(list).toContain("✗  sound");
    expect(list).toContain("0 of 1 protocol came out as pinned");
  });
});

it("fits on a screen of 100 columns", async () => {
  const studies = await Promise.all(lessons.map(studyLesson));
  const pages = [renderLessons(chapters, studies, plain), ...studies.map((study) => renderLesson(study, plain))];
  for (const line of pages.flatMap((page) => page.split("\n"))) {
    expect(line.length, line).toBeLessThanOrEqual(100);
    expect(line).not.toMatch(/[ \t]$/);
  }
});
