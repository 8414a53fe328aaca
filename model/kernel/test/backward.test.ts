import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reachableLabels } from "../analysis/backward.js";
import type { StateGraph } from "../store/graph.js";

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
