import { describe, expect, it } from "vitest";
import { explain } from "../../../spec/rules/explain.js";
import { RULE_BROKEN_BY } from "../flaw.js";
import { lessonNamed, lessons } from "../flaws.js";
import { formatFlawedStep } from "../steps.js";
import { studyLesson } from "../study.js";
import { type ProtocolName, searchDumbly } from "./literal-protocols.js";
import type { System } from "./literal-steps.js";

/** How many steps the shortest run has, where that can be said without a search; majorities have two servers. */
const IN_WORDS: Record<string, { protocol: ProtocolName; sets: number; values: number; length: number | null }> = {
  // Two proposals, and each value at one server.
  "first-value": { protocol: "open register, no quorum", sets: 1, values: 2, length: 2 + 1 + 1 },
  // Two proposals, and each value at two servers.
  overwrite: { protocol: "open register, overwrite", sets: 1, values: 2, length: 2 + 2 + 2 },
  // Three proposals, and each value at one server.
  "split-vote": { protocol: "open register", sets: 1, values: 3, length: 3 + 3 },
  "no-phase-1": { protocol: "no phase 1", sets: 2, values: 2, length: 2 + 2 + 2 },
  // The two reads of phase 1 besides.
  "no-freeze": { protocol: "no freeze", sets: 2, values: 2, length: 2 + 2 + 2 + 2 },
  // Phase 1 hears from two servers that hold a value and so have nothing to freeze.
  "own-value": { protocol: "own value", sets: 2, values: 2, length: 2 + 2 + 2 },
  sound: { protocol: "none", sets: 2, values: 2, length: null },
  // Two freezes, and one crash: quorum and phase 1 have one server in common.
  "forgotten-promise": { protocol: "nils forgotten", sets: 2, values: 2, length: 2 + 2 + 2 + 2 + 1 },
  "forgotten-vote": { protocol: "values forgotten", sets: 2, values: 2, length: 2 + 2 + 2 + 2 + 1 },
  "forgotten-registers": { protocol: "registers forgotten", sets: 2, values: 2, length: 2 + 2 + 2 + 2 + 1 },
  // Three proposals, the restart, A and B at all servers of R0 between them, and the other value at two in R1.
  "forgotten-proposal": { protocol: "proposal forgotten", sets: 2, values: 2, length: 3 + 1 + 3 + 2 },
  // As without a freeze, and the election.
  "leader-without-fencing": { protocol: "leader without fencing", sets: 2, values: 2, length: 2 + 2 + 2 + 2 + 1 },
  "leader-with-ballots": { protocol: "leader with ballots", sets: 2, values: 2, length: null },
};

const threeServers = (sets: number, values: number): System => ({
  servers: ["S0", "S1", "S2"],
  quorums: [
    ["S0", "S1"],
    ["S0", "S2"],
    ["S1", "S2"],
  ],
  registerSets: ["R0", "R1", "R2"].slice(0, sets),
  values: ["A", "B", "C"].slice(0, values),
});

describe.each(lessons)("$name", (lesson) => {
  it("comes out as pinned, and its told run is one of the shortest", async () => {
    const { differences, findings, run } = await studyLesson(lesson);
    expect(differences).toEqual([]);
    expect(findings).toEqual(lesson.expected);
    expect(run.map(({ step }) => formatFlawedStep(step))).toEqual(lesson.run.map(([step]) => step));
    expect(run.filter(({ refused }) => refused)).toHaveLength(findings.outcome === "safe" ? 1 : 0);
  });

  it("has as many states, transitions and steps as the protocol written out literally", () => {
    const { protocol, sets, values, length } = IN_WORDS[lesson.name]!;
    const { shortestViolation, shortestStuck, ...found } = searchDumbly(protocol, threeServers(sets, values));
    const { outcome, length: pinnedLength, ...counts } = lesson.expected;
    expect(found).toEqual(counts);
    expect({ shortestViolation, shortestStuck }).toEqual({
      shortestViolation: outcome === "two values decided" ? pinnedLength : null,
      shortestStuck: outcome === "stuck" ? pinnedLength : null,
    });
    expect(pinnedLength).toBe(length);
  });
});

describe("the catalogue", () => {
  it("has a lesson for every flaw", () => {
    expect(new Set(lessons.map(({ system }) => system.flaw))).toEqual(new Set(Object.keys(RULE_BROKEN_BY)));
  });

  it("is stuck or unsafe wherever there is a flaw, and breaks a rule wherever it is unsafe", () => {
    for (const { name, system, expected } of lessons) {
      const broken = RULE_BROKEN_BY[system.flaw];
      expect([name, expected.outcome === "two values decided"]).toEqual([name, broken !== null]);
      if (broken !== null) expect(explain(`${broken}`)?.title).toContain(`Rule ${broken}`);
    }
  });

  it("knows lessons by names that are typed in other ways", () => {
    expect(lessonNamed("Split Vote")?.name).toBe("split-vote");
    expect(lessonNamed("leader_with_ballots")?.name).toBe("leader-with-ballots");
    expect(lessonNamed("split")).toBeUndefined();
  });
});

describe("a study", () => {
  const noFreeze = lessonNamed("no-freeze")!;

  it("names every finding that is not as pinned", async () => {
    const expected = { ...noFreeze.expected, length: 7, depth: 12 };
    const { differences } = await studyLesson({ ...noFreeze, expected });
    expect(differences).toEqual(["length is 8, pinned 7", "depth is 11, pinned 12"]);
  });

  it.each([
    [
      "is refused",
      noFreeze.run.with(4, ["write A to R1 at S0", ""]),
      "the told run is refused at step 5, write A to R1 at S0",
    ],
    ["is too short", noFreeze.run.slice(0, 7), "the told run has 7 steps, the shortest 8"],
    [
      "ends elsewhere",
      noFreeze.run.with(7, ["write B to R1 at S2", ""]).with(6, ["read R0 at S2", ""]),
      "the told run is refused at step 7, read R0 at S2",
    ],
    [
      "decides one value",
      noFreeze.run.with(7, ["write A to R0 at S2", ""]),
      "the told run does not end in two values decided",
    ],
  ] as const)("shows a shortest run of its own where the told one %s", async (_, run, complaint) => {
    const { differences, run: shown } = await studyLesson({ ...noFreeze, run });
    expect(differences).toEqual([complaint]);
    expect(shown).toHaveLength(8);
    expect(shown.at(-1)!.outputs).toEqual(["A", "B"]);
    expect(shown.every(({ remark, refused }) => remark === "" && !refused)).toBe(true);
  });

  it("complains where nothing is refused in a safe lesson, or not the last step", async () => {
    const sound = lessonNamed("sound")!;
    const complaint = ["the told run is not refused at its last step"];
    expect((await studyLesson({ ...sound, run: sound.run.slice(0, 4) })).differences).toEqual(complaint);
    expect((await studyLesson({ ...sound, run: [...sound.run, sound.run[4]!] })).differences).toEqual(complaint);
  });

  it("complains where a run does not end stuck", async () => {
    const splitVote = lessonNamed("split-vote")!;
    const run = splitVote.run.with(5, ["write B to R0 at S2", ""]);
    expect((await studyLesson({ ...splitVote, run })).differences).toEqual(["the told run does not end in stuck"]);
  });

  it("refuses a step that no protocol has", async () => {
    await expect(studyLesson({ ...noFreeze, run: [["write A to R7 at S0", ""]] })).rejects.toThrow(
      'no step "write A to R7 at S0"',
    );
  });
});
