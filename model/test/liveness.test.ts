import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reachableLabels } from "../kernel/backward.js";
import { cyclicComponents, fairComponents } from "../kernel/cycles.js";
import type { StateGraph } from "../kernel/graph.js";

type Edge = readonly [from: number, to: number, step: number];

/** The graph with these transitions. */
function graphOf(stateCount: number, edges: readonly Edge[]): StateGraph {
  const sorted = [...edges].sort(([a], [b]) => a - b);
  const firstTransition = Int32Array.from(
    { length: stateCount + 1 },
    (_, state) => sorted.filter(([from]) => from < state).length,
  );
  return {
    stateCount,
    transitionCount: sorted.length,
    firstTransition,
    stepOf: Int32Array.from(sorted.map(([, , step]) => step)),
    targetOf: Int32Array.from(sorted.map(([, to]) => to)),
  };
}

const arbitraryGraph = fc.integer({ min: 1, max: 8 }).chain((stateCount) => {
  const state = fc.integer({ min: 0, max: stateCount - 1 });
  return fc
    .array(fc.tuple(state, state, fc.integer({ min: 0, max: 2 })), { maxLength: 16 })
    .map((edges) => ({ stateCount, edges, graph: graphOf(stateCount, edges) }));
});

/** reaches[a][b]: a path of any length, none included. Floyd & Warshall, dumb on purpose. */
function closure(stateCount: number, edges: readonly Edge[]): boolean[][] {
  const states = Array.from({ length: stateCount }, (_, state) => state);
  const reaches = states.map((a) => states.map((b) => a === b || edges.some(([from, to]) => from === a && to === b)));
  for (const via of states) {
    for (const a of states) for (const b of states) reaches[a]![b] ||= reaches[a]![via]! && reaches[via]![b]!;
  }
  return reaches;
}

describe("backward reachability", () => {
  it("joins the labels of all reachable states", () => {
    fc.assert(
      fc.property(
        arbitraryGraph,
        fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 8, maxLength: 8 }),
        (drawn, labels) => {
          const reaches = closure(drawn.stateCount, drawn.edges);
          const expected = reaches.map((row) => row.reduce((set, reached, b) => (reached ? set | labels[b]! : set), 0));
          expect([...reachableLabels(drawn.graph, Int32Array.from(labels))]).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("cycles", () => {
  it("are the classes of states that reach each other", () => {
    fc.assert(
      fc.property(arbitraryGraph, ({ stateCount, edges, graph }) => {
        const reaches = closure(stateCount, edges);
        const classes = new Set<string>();
        for (let a = 0; a < stateCount; a++) {
          const mutual = reaches.map((_, b) => b).filter((b) => reaches[a]![b] && reaches[b]![a]);
          if (mutual.length > 1 || edges.some(([from, to]) => from === a && to === a)) classes.add(mutual.join());
        }
        expect(new Set(cyclicComponents(graph).map((component) => component.join()))).toEqual(classes);
      }),
      { numRuns: 500 },
    );
  });

  it("are found in a graph deeper than the call stack", () => {
    const count = 200_000;
    const edges = Array.from({ length: count }, (_, state): Edge => [state, (state + 1) % count, 0]);
    const firstTransition = Int32Array.from({ length: count + 1 }, (_, state) => state);
    const targetOf = Int32Array.from(edges.map(([, to]) => to));
    const graph = {
      stateCount: count,
      transitionCount: count,
      firstTransition,
      targetOf,
      stepOf: new Int32Array(count),
    };
    expect(cyclicComponents(graph)[0]).toHaveLength(count);
  });

  it("are unfair where a fair step that is always enabled is never taken", () => {
    // Two states that alternate by step 0, with step 1 out of both.
    const leaving = graphOf(3, [
      [0, 1, 0],
      [1, 0, 0],
      [0, 2, 1],
      [1, 2, 1],
    ]);
    expect(fairComponents(leaving, () => true)).toEqual([]);
    expect(fairComponents(leaving, (step) => step === 0)).toEqual([[0, 1]]);
    // Enabled in one of the two only, step 1 may be missed for ever.
    const missing = graphOf(3, [
      [0, 1, 0],
      [1, 0, 0],
      [0, 2, 1],
    ]);
    expect(fairComponents(missing, () => true)).toEqual([[0, 1]]);
  });
});
