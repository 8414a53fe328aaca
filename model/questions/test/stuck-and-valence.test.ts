/** What can still come about, on a model small enough to see the answer. */
import { describe, expect, it } from "vitest";
import { explore, searchConcurrently } from "../../kernel/index.js";
import { defineInWords, flag, indexSet, memberOf, noneOr, over, single } from "../../language/index.js";
import { ask, stuckStates } from "../index.js";

const BOUNDS = { symmetry: true, workers: 1 };
const process = indexSet("process", 2, { symmetric: true });

/** Two draw, and the first to do so decides; a broken one gets stuck when both have drawn. */
const drawing = (isBroken: boolean) =>
  defineInWords({
    name: "drawing",
    variables: { drawn: over([process], flag()), decided: single(noneOr(memberOf(process))) },
    picture: { rows: process },
    actions: ({ drawn, decided }) => [
      {
        name: "draw",
        parameters: { process },
        guard: (p) => drawn(p).is(false) && decided().isNone(),
        effect: (p) => drawn(p).set(true),
        says: (p) => `${p} draws`,
      },
      {
        name: "decide",
        parameters: { process },
        guard: (p) => decided().isNone() && drawn(p).is(true) && (!isBroken || drawn(1 - p).is(false)),
        effect: (p) => decided().set(p),
        says: (p) => `${p} is decided`,
      },
    ],
    transitions: ({ decided }) => [
      {
        name: "who is decided was drawn a step before",
        note: () => Number(decided().isNone()),
        premise: (before) => before === 0,
        holds: () => true,
      },
    ],
  });

describe("stuck and valence", () => {
  it("finds the nearest state from which the goal is out of reach", async () => {
    for (const isBroken of [false, true]) {
      const worded = drawing(isBroken);
      const goal = { name: "decided", holds: () => !worded.variables.decided().isNone() };
      const [stuck] = await ask(worded, [{ ask: "stuck", goal }], BOUNDS);
      expect([stuck!.verdict, stuck!.run?.length ?? null]).toEqual(isBroken ? ["stuck", 2] : ["holds", null]);
    }
  });

  it("finds the same states without the graph, each by itself or by one of those that differ by names", async () => {
    for (const isBroken of [false, true]) {
      const worded = drawing(isBroken);
      const { model, symmetry } = worded;
      // It is reached where it holds for some of its parameters.
      const { decided } = worded.variables;
      const goal = { name: "decided", parameters: { process: 2 }, holds: (p: number) => decided().is(p) };
      const searched = [
        { exploration: await explore(model, { graphTransitionsMax: 100 }), symmetry: null },
        { exploration: await explore(model), symmetry: null },
        { exploration: await searchConcurrently(model, {}, symmetry), symmetry },
      ];
      expect(searched.map(({ exploration }) => [exploration.graph !== null, exploration.distinctStates])).toEqual(
        isBroken
          ? [
              [true, 6],
              [false, 6],
              [false, 4],
            ]
          : [
              [true, 8],
              [false, 8],
              [false, 5],
            ],
      );
      const stuck = await Promise.all(searched.map((one) => stuckStates(one, goal, {})));
      const expected = isBroken ? { count: 1, run: [0, 1] } : { count: 0, run: null };
      expect(stuck).toEqual([expected, expected, expected]);
    }
  });

  it("refuses more outcomes than it can tell apart", async () => {
    const decided = Array.from({ length: 31 }, (_, n) => ({ name: `outcome ${n}`, holds: () => false }));
    await expect(ask(drawing(false), [{ ask: "valence", decided }], BOUNDS)).rejects.toThrow(
      'model "drawing": 31 outcomes are too many to tell apart: up to 30',
    );
  });

  it("counts states by what is still possible", async () => {
    const worded = drawing(false);
    const decided = process.members.map((p) => ({
      name: process.nameOf(p),
      holds: () => worded.variables.decided().is(p),
    }));
    const [valence] = await ask(worded, [{ ask: "valence", decided }], BOUNDS);
    expect([valence!.verdict, valence!.valences]).toEqual([
      "holds",
      [
        { values: ["P0", "P1"], states: 4 },
        { values: ["P0"], states: 2 },
        { values: ["P1"], states: 2 },
      ],
    ]);
  });
});

describe("bounds", () => {
  it("leave the verdict open", async () => {
    const worded = drawing(true);
    const goal = { name: "decided", holds: () => false };
    const answers = await ask(worded, [{ ask: "invariant" }, { ask: "stuck", goal }], { ...BOUNDS, statesMax: 2 });
    expect(answers.map(({ verdict, complete }) => [verdict, complete])).toEqual([
      ["inconclusive", false],
      ["inconclusive", false],
    ]);
  });
});
