import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { valencesDumbly } from "../../../model/registers/test/oracle.js";
import { loadTable, parseTable } from "../../../spec/table-file.js";
import { tries } from "../../../spec/test/effort.js";
import { differences, readManifest } from "../../policy/manifest.js";
import type { Answer, VerifyOptions } from "../report.js";
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

const verify = (text: string, changed: Partial<VerifyOptions> = {}) =>
  verifyTable("table.yaml", parseTable(text, "table.yaml"), { ...options, ...changed });

/**
 * Most of the time of this file goes into the bundled tables: what users look at first must come out as it is
 * published. Larger ones take seconds each; `npm start` holds all of them to their pins.
 */
const STATES_MAX = tries(30_000, 1_000_000);

describe("the bundled tables", () => {
  const tables = path.resolve("spec/tables");
  const pins = [...readManifest(path.join(tables, "manifest.json")).values()];
  it.for(pins.filter(({ distinctStates }) => distinctStates <= STATES_MAX))(
    "$file comes out as pinned",
    async (pinned) => {
      const file = path.join(tables, pinned.file);
      expect(differences(await verifyTable(file, loadTable(file), options), pinned)).toEqual([]);
    },
  );
});

describe("replay", () => {
  it.for(["wrong-moved-twice", "talk-unsafe-open-set", "single-server"])(
    "covers every transition of %s, in memory and over TCP, and the implementation agrees",
    async (name) => {
      const file = path.resolve(`spec/tables/${name}.yaml`);
      const { replay, exploration } = await verifyTable(file, loadTable(file), { ...options, replay: true });
      expect(replay).toMatchObject({
        agrees: true,
        transitionsCovered: exploration.transitions,
        transitionsReachable: exploration.transitions,
      });
      expect(replay!.tracesOverTcp).toBeGreaterThanOrEqual(1);
    },
  );

  it("samples a graph that is too large to cover, and says how much it took", async () => {
    const file = path.resolve("spec/tables/weights-one-by-one.yaml");
    const { replay, notExplored } = await verifyTable(file, loadTable(file), { ...options, replay: true, seed: 7 });
    expect(replay!.agrees).toBe(true);
    expect(replay!.transitionsCovered).toBeGreaterThan(300);
    expect(replay!.transitionsReachable).toBe(286_960);
    expect(notExplored.join("\n")).toMatch(/Replay took [\d,]+ of 286,960 transitions: a seeded sample\./);
  });
});

describe("a decision", () => {
  const reachability = async (text: string) => (await verify(text)).decisionReachability;

  it("stays reachable for majorities", async () => {
    const majorities = "servers: [a, b, c]\nregisters:\n  - sets: 0..\n    decide: majority\n";
    expect(await reachability(majorities)).toMatchObject({ stuckStates: 0, steps: null });
  });

  it("is lost to a split vote in an open set with nothing above it", async () => {
    // All of two servers decide: no decision is left where one holds A and the other B, in two ways.
    const splits = "servers: [a, b]\nregisters:\n  - sets: 0\n    decide: all\n    allocation: open\n";
    const { stuckStates, steps } = (await reachability(splits))!;
    expect(stuckStates).toBe(2);
    expect(steps!.map(({ action }) => action).sort()).toEqual(["propose", "propose", "write", "write"]);
  });

  it.for(["three-majority", "wrong-moved-twice", "fast-paxos-3-3-2", "quorum-based-selection"])(
    "is open between values in as many states of %s as the oracle says",
    async (name) => {
      const table = loadTable(path.resolve(`spec/tables/${name}.yaml`));
      const { decisionReachability, exploration } = await verifyTable("a.yaml", table, { ...options, registerSets: 2 });
      const { registerSets, values } = exploration;
      const counts = valencesDumbly(table, { registerSets, values, clients: null });
      const named = decisionReachability!.valences!.map(({ values, states }) => [
        values.map((value) => value.charCodeAt(0) - "A".charCodeAt(0)).join(),
        states,
      ]);
      expect(Object.fromEntries(named)).toEqual(counts);
      expect(named.reduce((sum, [, states]) => sum + Number(states), 0)).toBe(exploration.distinctStates);
    },
  );

  it("is known along the run that is shown: of a violation, or to where nothing can be decided any more", async () => {
    const along = async (name: string) =>
      (await verify(readFileSync(`spec/tables/${name}.yaml`, "utf8"))).stillPossible;
    const [ab, a] = [["A", "B"], ["A"]];
    expect(await along("wrong-singleton")).toEqual([ab, ab, ab, ab, ab, ab, ab]);
    expect(await along("single-server-change")).toEqual([ab, ab, []]);
    expect(await along("elasticsearch-2-of-3")).toEqual([ab, ab, ab, ab, ab, a, a, []]);
    expect(await along("three-majority")).toBeNull();
  });

  it("is judged on canonical forms where the graph is too large to keep", async () => {
    expect(await reachability(readFileSync("spec/tables/aurora.yaml", "utf8"))).toEqual({
      stuckStates: 0,
      steps: null,
      valences: null,
    });
  });

  it("is not judged where a bound leaves states unexplored", async () => {
    const aurora = readFileSync("spec/tables/aurora.yaml", "utf8");
    const { decisionReachability, notExplored } = await verify(aurora, { statesMax: 1000 });
    expect(decisionReachability).toBeNull();
    expect(notExplored.join()).toContain("that takes every state of the scope");
  });
});

describe("the answer of the rules", () => {
  const tables = path.resolve("spec/tables");
  it.for([...readManifest(path.join(tables, "manifest.json")).values()])(
    "for $file is as pinned, with the length of its run, before anything is explored",
    async ({ file, verdict, shortestRun }) => {
      const answers: Answer[] = [];
      const onAnswer = (answer: Answer) => answers.push(answer);
      const table = loadTable(path.join(tables, file));
      const report = await verifyTable(file, table, { ...options, exhaust: false, statesMax: 5, onAnswer });
      expect(answers).toEqual([report.answer]);
      expect(answers[0]).toMatchObject({ verdict, counterexample: shortestRun && { length: shortestRun } });
      expect(report.verdict).toBe(verdict);
    },
  );

  it("decides what hardly anything was explored of", async () => {
    const { verdict, counterexample, proof, proved } = await verify(
      readFileSync("spec/tables/wrong-moved-twice.yaml", "utf8"),
      { statesMax: 5 },
    );
    expect({ verdict, proof }).toEqual({ verdict: "unsafe", proof: { by: "run", constructed: true, shortest: true } });
    expect(counterexample!.decided).toEqual(["A", "B"]);
    expect(proved).toContain("that no shorter one exists is what the closed formula says");
  });

  it("ends a large exploration at the nearest violation, unless all is to be exhausted", async () => {
    const text = readFileSync("spec/tables/wrong-all-aboard.yaml", "utf8");
    const { exploration, proved, counterexample } = await verify(text, { exhaust: false });
    expect(exploration.complete).toBe(false);
    expect(exploration.stoppedBy).toContain("the nearest violation was found");
    expect(proved).toContain("every shorter run of");
    expect(counterexample!.length).toBe(7);
  });

  it("leaves to a reduced exploration what the whole one has no room for", async () => {
    const text = readFileSync("spec/tables/five-majority.yaml", "utf8");
    const bounded = { exhaust: false, registerSets: 3, symmetry: false, statesMax: 100_000 };
    const { exploration, notExplored } = await verify(text, bounded);
    expect(exploration).toMatchObject({ complete: true, reduced: true });
    expect(notExplored.join()).toContain("Interleavings that agreement does not depend on were left out");
    const whole = await verify(text, { ...bounded, exhaust: true });
    expect(whole.exploration).toMatchObject({ complete: false, reduced: false });
  });
});

describe("the verdict", () => {
  // Unsafe in 5 steps, but R0 and R2 share an owner and so an input when two clients take turns.
  const movedTwice = readFileSync("spec/tables/wrong-moved-twice.yaml", "utf8");

  it("is unsafe with free inputs", async () => {
    const { verdict, counterexample } = await verify(movedTwice);
    expect({ verdict, length: counterexample?.length }).toEqual({ verdict: "unsafe", length: 5 });
  });

  it("is inconclusive, and never safe, where a broken rule hides from the scope", async () => {
    for (const narrowed of [{ clients: 2 }, { registerSets: 2 }, { values: 1 }]) {
      const { verdict, because, counterexample } = await verify(movedTwice, narrowed);
      expect({ verdict, counterexample }).toEqual({ verdict: "inconclusive", counterexample: null });
      expect(because).toContain("A larger scope would show it.");
    }
  });

  const large = "servers: [a, b, c, d, e, f]\nregisters:\n  - sets: 0..\n    decide: any 4\n    prepare: any 3\n";

  it.for([true, false])("stands after an interruption, with what was explored; symmetry %o", async (symmetry) => {
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const asked = { registerSets: 4, symmetry, signal: controller.signal, onProgress };
    const { verdict, exploration, proved } = await verify(large, asked);
    expect(verdict).toBe("safe");
    expect(exploration.complete).toBe(false);
    expect(exploration.distinctStates).toBeGreaterThan(1);
    expect(proved).toMatch(
      /; besides, no violation was found in R0, R1, R2, R3 with 2 values: interrupted with [\d,]+ states explored; every run of up to \d+ steps was judged\.$/,
    );
  });

  const bounds = [
    [{ statesMax: 20_000 }, /the bound of 20,000 states kept was reached/],
    [{ bytesMax: 1_000_000 }, /the bound on memory, 1 MB, was reached/],
    [{ secondsMax: 0.2 }, /the bound of 0.2 seconds was reached/],
  ] as const;

  it.for(bounds)("stands at the bound %o", async ([bound, sentence]) => {
    for (const symmetry of [true, false]) {
      const { verdict, proof, proved } = await verify(large, { registerSets: 4, symmetry, ...bound });
      expect({ verdict, proof }).toEqual({ verdict: "safe", proof: { by: "theorem", rules: ["PQ"] } });
      expect(proved).toMatch(sentence);
    }
  });

  it.for(bounds)("is inconclusive at the bound %o where the rules do not answer", async ([bound, sentence]) => {
    const broken = large.replace("any 3", "any 2");
    const { verdict, proof, because } = await verify(broken, { clients: 1, registerSets: 4, ...bound });
    expect({ verdict, proof }).toEqual({ verdict: "inconclusive", proof: null });
    expect(because).toMatch(/^The rules do not say whether the table with 1 fixed client keeps agreement/);
    expect(because).toMatch(sentence);
  });

  it("comes with the same figures whether symmetry is used or not, on one thread or two", async () => {
    const table = readFileSync("spec/tables/wrong-all-aboard.yaml", "utf8");
    const reduced = await verify(table);
    expect(reduced.exploration.representatives).toBeLessThan(reduced.exploration.distinctStates / 4);
    for (const workers of [1, 2]) {
      const plain = await verify(table, { symmetry: false, workers });
      expect({ ...plain.exploration, representatives: null }).toEqual({
        ...reduced.exploration,
        representatives: null,
      });
      expect(plain.counterexample?.length).toBe(reduced.counterexample?.length);
    }
  });

  it("claims for open sets what the cutoff theorem does", async () => {
    const { verdict, notExplored } = await verify(
      "servers: [a, b, c]\nregisters:\n  - sets: 0\n    decide: all\n    allocation: open\n",
    );
    expect(verdict).toBe("safe");
    expect(notExplored[0]).toContain("follows by the cutoff theorem");
  });

  const fastOf3 = (selection: string) =>
    `servers: [a, b, c]\nselection: ${selection}\nregisters:\n  - sets: 0\n    decide: any 2\n    allocation: open\n  - sets: 1\n    decide: majority\n    prepare: majority\n`;

  it("is unsafe where F2 is broken under eager, and names the three quorums", async () => {
    const { verdict, rules, because, counterexample, exploration, replay } = await verify(fastOf3("eager"), {
      replay: true,
    });
    expect({ verdict, length: counterexample?.length }).toEqual({ verdict: "unsafe", length: 8 });
    expect(rules.map(({ rule, holds, neededFor }) => [rule, holds, neededFor])).toEqual([
      ["PQ", true, "safety"],
      ["F1", true, "safety"],
      ["F2", false, "safety"],
    ]);
    expect(rules[2]!.witness?.quorums).toHaveLength(3);
    expect(because).toContain("have no server in common (F2), so a client that reads two values there");
    expect([exploration.distinctStates, exploration.transitions]).toEqual([1278, 4158]);
    expect(replay).toMatchObject({ agrees: true, transitionsCovered: 4158 });
  });

  it.each(["strict", "decision-table"])(
    "is safe where F2 is broken under %s, and shows where clients wait",
    async (selection) => {
      const { verdict, because, exploration, decisionReachability, stall, replay, proved } = await verify(
        fastOf3(selection),
        { replay: true },
      );
      expect(verdict).toBe("safe");
      expect(because).toContain("a matter of progress, not of agreement");
      expect(proved).toContain(`by the cutoff theorem from ${selection === "strict" ? "PQ, F1" : "F1"}`);
      expect([exploration.distinctStates, exploration.transitions]).toEqual([1134, 3636]);
      expect(decisionReachability).toMatchObject({ stuckStates: 0, steps: null });
      expect(stall).toMatchObject({ registerSet: 1, heard: ["a", "b"], steps: { length: 4 } });
      expect(replay).toMatchObject({ agrees: true, transitionsCovered: 3636 });
    },
  );

  it("replays decision tables where the scope has gaps", async () => {
    const { verdict, exploration, replay } = await verify(
      "servers: [a, b, c]\nselection: decision-table\nregisters:\n  - sets: 0..4\n    decide: all\n  - sets: 5\n    decide: any 2\n",
      { replay: true },
    );
    expect({ verdict, registerSets: exploration.registerSets }).toEqual({ verdict: "safe", registerSets: [0, 4, 5] });
    expect(replay?.agrees).toBe(true);
  });

  it("finds what greatest does over an open set", async () => {
    const { verdict, rules, because, counterexample } = await verify(
      "servers: [a, b, c]\nregisters:\n  - sets: 0\n    decide: any 2\n    allocation: open\n  - sets: 1\n    decide: majority\n",
    );
    expect({ verdict, length: counterexample?.length }).toEqual({ verdict: "unsafe", length: 8 });
    expect(rules.map(({ rule, holds }) => [rule, holds])).toEqual([
      ["PQ", true],
      ["F1", true],
      ["F2", false],
      ["G1", false],
    ]);
    expect(because).toContain("(F2), so a client that reads two values there cannot tell");
  });
});
