/** Stored graphs, taken down at any size, and the runs that cover them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { edgeCover } from "../analysis/edge-cover.js";
import { defineModel } from "../declaration/model.js";
import { explore } from "../search/explore.js";
import { enlarged } from "../store/enlarged.js";
import { GraphRecorder, type StateGraph } from "../store/graph.js";

type Transition = readonly [step: number, target: number];

/** @param steps how many steps the model has */
function recorded(states: readonly (readonly Transition[])[], steps = 10): GraphRecorder {
  const recorder = new GraphRecorder(steps);
  for (const transitions of states) {
    recorder.reserve(transitions.length);
    for (const [step, target] of transitions) {
      recorder.stepOf[recorder.transitionCount] = step;
      recorder.targetOf[recorder.transitionCount++] = target;
    }
    recorder.endState();
  }
  return recorder;
}

/** The transitions of every state. */
const statesOf = ({ stateCount, firstTransition, stepOf, targetOf }: StateGraph): Transition[][] =>
  Array.from({ length: stateCount }, (_, state) =>
    Array.from({ length: firstTransition[state + 1]! - firstTransition[state]! }, (_, index) => {
      const transition = firstTransition[state]! + index;
      return [stepOf[transition]!, targetOf[transition]!] as const;
    }),
  );

/** States with 0, 1 or 2 transitions in turn. */
const inTurn = (count: number): Transition[][] =>
  Array.from({ length: count }, (_, state) =>
    Array.from({ length: state % 3 }, (_, index): Transition => [index, (7 * state + index) % count]),
  );

describe("a graph that is taken down", () => {
  it.each([0, 1, 2, 4094, 4095, 4096, 4097, 4098, 8191, 8192, 8193, 20_000])(
    "has what was added: %i states",
    (count) => {
      const states = inTurn(count);
      const graph = recorded(states).finish();
      expect(graph.stateCount).toBe(count);
      expect(graph.transitionCount).toBe(states.flat().length);
      expect(graph.firstTransition).toHaveLength(count + 1);
      expect(statesOf(graph)).toEqual(states);
    },
  );

  it.each([
    [2 ** 8, 1],
    [2 ** 8 + 1, 2],
    [2 ** 16, 2],
    [2 ** 16 + 1, 4],
  ])("tells %i steps apart, by %i bytes", (steps, bytes) => {
    const last: Transition = [steps - 1, 0];
    const graph = recorded([[[0, 1], last], [last]], steps).finish();
    expect(statesOf(graph)).toEqual([[[0, 1], last], [last]]);
    expect(graph.stepOf.BYTES_PER_ELEMENT).toBe(bytes);
  });
});

const arbitraryEdges = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 14 });

/** The graph of what can be reached from place 0 along these edges: states breadth-first, as a search numbers them. */
async function graphOf(edges: readonly (readonly [from: number, to: number])[]): Promise<StateGraph> {
  const model = defineModel({
    name: "places",
    variables: { place: { shape: [], domain: 6 } },
    actions: ({ place }) => [
      {
        name: "go",
        parameters: { edge: edges.length },
        guard: (e) => place.is(edges[e!]![0]),
        effect: (e) => place.set(edges[e!]![1]),
      },
    ],
    properties: () => [],
  });
  return (await explore(model, { graphTransitionsMax: 1e6 })).graph!;
}

/** By distance from state 0. */
function distancesIn({ stateCount, firstTransition, targetOf }: StateGraph): number[] {
  const distances = Array<number>(stateCount).fill(Number.POSITIVE_INFINITY);
  distances[0] = 0;
  for (let state = 0; state < stateCount; state++) {
    for (let edge = firstTransition[state]!; edge < firstTransition[state + 1]!; edge++) {
      const target = targetOf[edge]!;
      distances[target] = Math.min(distances[target]!, distances[state]! + 1);
    }
  }
  return distances;
}

/** The transitions of a run, from state 0 on. Every step of a state leads to one place. */
function transitionsOf(graph: StateGraph, run: readonly number[]): number[] {
  let state = 0;
  return run.map((step) => {
    const [first, end] = [graph.firstTransition[state]!, graph.firstTransition[state + 1]!];
    const edge = graph.stepOf.findIndex((candidate, index) => index >= first && index < end && candidate === step);
    expect(edge).toBeGreaterThanOrEqual(0);
    state = graph.targetOf[edge]!;
    return edge;
  });
}

describe("runs that cover a graph", () => {
  it("go to the next state with a fresh transition by a shortest path, and then on along fresh ones as far as they lead", async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryEdges, fc.nat(3), async (edges, seed) => {
        const graph = await graphOf(edges);
        const distances = distancesIn(graph);
        const sources = statesOf(graph).flatMap((transitions, state) => transitions.map(() => state));
        const taken = new Set<number>();
        let lastState = 0;
        for (const run of edgeCover(graph, seed)) {
          const path = transitionsOf(graph, run);
          const state = sources.findIndex((_, edge) => !taken.has(edge));
          // States in order; where the fresh transitions begin, nothing fresh is left before.
          const firstFresh = path.findIndex(
            (edge, index) =>
              !taken.has(edge) && sources[edge]! === sources[state] && index === distances[sources[edge]!],
          );
          expect(firstFresh).toBeGreaterThanOrEqual(0);
          const prefix = path.slice(0, firstFresh);
          const fresh = path.slice(firstFresh);
          expect(sources[fresh[0]!]).toBeGreaterThanOrEqual(lastState);
          lastState = sources[fresh[0]!]!;
          for (const edge of prefix) taken.add(edge);
          expect(new Set(fresh).size).toBe(fresh.length);
          for (const edge of fresh) expect(taken).not.toContain(edge);
          for (const edge of fresh) taken.add(edge);
          const last = graph.targetOf[fresh.at(-1)!]!;
          for (let edge = graph.firstTransition[last]!; edge < graph.firstTransition[last + 1]!; edge++)
            expect(taken).toContain(edge);
          runs++;
        }
        expect(taken.size).toBe(graph.transitionCount);
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(runs).toBeGreaterThan(200);
  });
});

it("arrays grow to what is asked for and some more, and never ask for room out of proportion", () => {
  for (const needed of [1, 4097, 1 << 17, 3 << 20]) {
    const grown = enlarged(Int32Array.of(5), needed);
    expect(grown[0]).toBe(5);
    expect(grown.length).toBeGreaterThanOrEqual(needed);
    expect(grown.length).toBeLessThanOrEqual(8 * needed);
  }
});
