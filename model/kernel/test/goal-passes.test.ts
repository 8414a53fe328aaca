/**
 * Goal search where edges lead sideways and back, so that one pass from the farthest states to the nearest does not
 * settle all.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tries } from "../../../spec/test/effort.js";
import { findStatesWithoutGoal, type IsGoal } from "../analysis/goal-search.js";
import type { StatesAtDepth } from "../analysis/shortest-run.js";
import { defineModel, type Model } from "../declaration/model.js";
import { searchConcurrently } from "../search/concurrent-search.js";
import type { Exploration } from "../search/exploration.js";
import { explore } from "../search/explore.js";
import type { Symmetry } from "../store/symmetry.js";
import { levelsOf } from "./levels.js";

type Edge = readonly [from: number, to: number];

/**
 * Tokens that move along the edges of a graph, one at a time; all begin at place 0. Apart, each lies in a word of its
 * own, with bits between them that keep still.
 */
const tokensOn = (places: number, edges: readonly Edge[], tokens: number, areApart = false): Model =>
  defineModel({
    name: "tokens",
    variables: Object.fromEntries(
      Array.from({ length: tokens }).flatMap((_, t) => [
        [`token${t}`, { shape: [], domain: places }] as const,
        ...(areApart ? [[`still${t}`, { shape: [], domain: 2 ** 29 }] as const] : []),
      ]),
    ),
    actions: (variables) => [
      {
        name: "move",
        parameters: { token: tokens, edge: edges.length },
        guard: (t, e) => variables[`token${t}`]!.is(edges[e!]![0]),
        effect: (t, e) => variables[`token${t}`]!.set(edges[e!]![1]),
      },
    ],
    properties: () => [],
  });

/** Whether all tokens are at these places. */
function gatheredAt(model: Model, goals: ReadonlySet<number>): IsGoal {
  const tokens = Object.entries(model.variables).flatMap(([name, variable]) =>
    name.startsWith("token") ? [variable] : [],
  );
  return (states, offset) => {
    model.workspace.load(states, offset);
    return tokens.every((token) => goals.has(token.at()));
  };
}

/** By the closures alone: the reachable states from which no goal is, and how far the nearest are. Words by `join`. */
function stuckDumbly(model: Model, isGoal: IsGoal): { stuck: Set<string>; nearest: string[]; depth: number | null } {
  const { workspace } = model;
  const levels = levelsOf(model);
  const wordsOf = (state: string): Int32Array => Int32Array.from(state.split(","), Number);
  const reaches = new Set(levels.flat().filter((state) => isGoal(wordsOf(state), 0)));
  for (let before = -1; before !== reaches.size; ) {
    before = reaches.size;
    for (const state of levels.flat()) {
      for (const action of model.actions) {
        for (let t = 0; t < action.parameters.token!; t++) {
          for (let e = 0; e < action.parameters.edge!; e++) {
            workspace.load(wordsOf(state), 0);
            if (!action.guard(t, e)) continue;
            action.effect(t, e);
            if (reaches.has(workspace.words.join())) reaches.add(state);
            workspace.undo();
          }
        }
      }
    }
  }
  const stuckAt = levels.map((level) => level.filter((state) => !reaches.has(state)));
  const depth = stuckAt.findIndex((level) => level.length > 0);
  if (depth < 0) return { stuck: new Set(), nearest: [], depth: null };
  return { stuck: new Set(stuckAt.flat()), nearest: stuckAt[depth]!.sort(), depth };
}

const stateAt = ({ states, model }: Exploration, state: number): string => {
  const width = model.workspace.words.length;
  return states.packed.slice(state * width, (state + 1) * width).join();
};

/** Those of the states at this depth that are included, in an exploration whose numbers have no gaps. */
function includedIn(exploration: Exploration, nearest: StatesAtDepth | null): string[] {
  if (nearest === null) return [];
  const { first, end } = exploration.states.levels[nearest.depth]!;
  const numbers = Array.from({ length: end - first }, (_, index) => first + index);
  return numbers
    .filter(nearest.includes)
    .map((state) => stateAt(exploration, state))
    .sort();
}

async function expectSameStuck(model: Model, goals: ReadonlySet<number>): Promise<number> {
  const isGoal = gatheredAt(model, goals);
  const { stuck, nearest } = stuckDumbly(model, isGoal);
  const exploration = await explore(model);
  const found = await findStatesWithoutGoal(exploration, null, isGoal, {});
  expect(found!.count).toBe(stuck.size);
  expect(includedIn(exploration, found!.nearest)).toEqual(nearest);
  return stuck.size;
}

describe("a goal that lies back", () => {
  // Places 1.. are all one step from place 0, and each leads to the next one only: whichever way they are numbered, one
  // pass settles a single one of them.
  it.each([
    ["up", 1],
    ["down", -1],
  ])("at the end of a chain within one level is reached by all (%s)", async (_, direction) => {
    const places = 25;
    const chain = Array.from({ length: places - 1 }, (_, index) => index + 1);
    const edges: Edge[] = [
      ...chain.map((place): Edge => [0, place]),
      ...chain.map((place): Edge => [place, place + direction]).filter(([, to]) => to > 0 && to < places),
    ];
    const goal = direction > 0 ? places - 1 : 1;
    expect(await expectSameStuck(tokensOn(places, edges, 1), new Set([goal]))).toBe(0);
    // Without the goal's own chain, all are stuck but place 0.
    const cut = edges.filter(([from, to]) => from === 0 || to !== goal);
    expect(await expectSameStuck(tokensOn(places, cut, 1), new Set([goal]))).toBe(places - 2);
  });

  it("across a circle is reached by all, wherever it lies", async () => {
    const places = 12;
    const circle = Array.from({ length: places }, (_, place): Edge => [place, (place + 1) % places]);
    for (let goal = 0; goal < places; goal++) {
      expect(await expectSameStuck(tokensOn(places, circle, 1), new Set([goal]))).toBe(0);
    }
    for (const goal of [1, 8]) expect(await expectSameStuck(tokensOn(places, circle, 2), new Set([goal]))).toBe(0);
  });
});

const arbitraryGraph = fc.integer({ min: 2, max: 7 }).chain((places) => {
  const place = fc.nat(places - 1);
  return fc.record({
    places: fc.constant(places),
    edges: fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 12 }),
    goals: fc.array(place, { maxLength: 3 }).map((goals) => new Set(goals)),
  });
});

describe("states that can no longer reach a goal in random graphs", () => {
  it.each([
    [1, "in one word", false],
    [2, "in one word", false],
    [3, "in one word", false],
    [2, "in two words", true],
    [3, "in three words", true],
  ])("are those that trying everything finds: %i tokens %s", async (tokens, _, areApart) => {
    const seen = { some: 0, none: 0, all: 0 };
    await fc.assert(
      fc.asyncProperty(arbitraryGraph, async ({ places, edges, goals }) => {
        const model = tokensOn(places, edges, tokens, areApart);
        expect(model.initial).toHaveLength(areApart ? tokens : 1);
        const stuck = await expectSameStuck(model, goals);
        const states = levelsOf(model).flat().length;
        seen[stuck === 0 ? "none" : stuck === states ? "all" : "some"]++;
      }),
      { numRuns: tokens === 3 ? 25 : 80, seed: 1 },
    );
    expect(Math.min(seen.some, seen.none, seen.all)).toBeGreaterThan(1);
  });

  it("are as many up to a symmetry, and as near", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryGraph, async ({ places, edges, goals }) => {
        const model = tokensOn(places, edges, 2);
        const isGoal = gatheredAt(model, goals);
        const { stuck, depth } = stuckDumbly(model, isGoal);
        const forms = await searchConcurrently(model, {}, swappingTwo(model));
        const found = await findStatesWithoutGoal(forms, swappingTwo(model), isGoal, {});
        expect(found!.count).toBe(stuck.size);
        if (depth === null) expect(found!.nearest).toBeNull();
        else {
          expect(found!.nearest!.depth).toBe(depth);
          const included = includedIn(forms, found!.nearest);
          expect(included).not.toEqual([]);
          expect(included.filter((state) => !stuck.has(state))).toEqual([]);
        }
      }),
      { numRuns: tries(50, 120), seed: 1 },
    );
  });
});

/** Two tokens that are alike: the lesser place comes first. */
function swappingTwo({ workspace }: Model): Symmetry {
  const canonicalizeAll = (states: Int32Array, first: number, end: number): void => {
    for (let state = first; state < end; state++) {
      workspace.load(states, state);
      const [a, b] = workspace.cells as unknown as [number, number];
      workspace.write(0, Math.min(a, b));
      workspace.write(1, Math.max(a, b));
      states[state] = workspace.words[0]!;
      workspace.commit();
    }
  };
  const orbitSizeAt = (states: Int32Array, offset: number): number => {
    workspace.load(states, offset);
    return workspace.cells[0] === workspace.cells[1] ? 1 : 2;
  };
  return { canonicalizeAll, orbitSizeAt, orbitOf: [0, 0] };
}
