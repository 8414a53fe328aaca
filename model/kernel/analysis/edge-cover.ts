import type { StateGraph } from "../store/graph.js";

/**
 * Runs from the initial state that together take every transition of the graph at least once, as lists of step numbers.
 *
 * For each state in breadth-first order: as long as it has a transition that no run has taken, start a run that goes to
 * it by a shortest path and then on along fresh transitions as far as they lead. The seed turns the order in which a
 * state's transitions are tried; the same graph and seed give the same runs.
 */
export function* edgeCover(graph: StateGraph, seed: number): Generator<readonly number[]> {
  const cursor = new FreshTransitions(graph, seed);
  const entry = firstEntries(graph);
  for (let state = 0; state < graph.stateCount; state++) {
    for (let fresh = cursor.take(state); fresh >= 0; fresh = cursor.take(state)) {
      const run = pathTo(entry, state);
      for (const transition of run) cursor.mark(transition);
      let next = fresh;
      while (next >= 0) {
        run.push(next);
        next = cursor.take(graph.targetOf[next]!);
      }
      yield run.map((transition) => graph.stepOf[transition]!);
    }
  }
}

/** Which transitions no run has taken yet, and the next one to take from a state. */
class FreshTransitions {
  readonly #graph: StateGraph;
  readonly #seed: number;
  readonly #taken: Uint8Array;
  /** How many of a state's transitions, counted from its turned start, have been handed out or passed over. */
  readonly #passed: Int32Array;

  constructor(graph: StateGraph, seed: number) {
    this.#graph = graph;
    this.#seed = seed;
    this.#taken = new Uint8Array(graph.transitionCount);
    this.#passed = new Int32Array(graph.stateCount);
  }

  mark(transition: number): void {
    this.#taken[transition] = 1;
  }

  /** A fresh transition of the state, now marked as taken, or -1. */
  take(state: number): number {
    const first = this.#graph.firstTransition[state]!;
    const count = this.#graph.firstTransition[state + 1]! - first;
    const turn = Math.imul(state ^ this.#seed, 0x9e3779b1) >>> 8;
    while (this.#passed[state]! < count) {
      const transition = first + ((turn + this.#passed[state]!++) % count);
      if (this.#taken[transition] === 1) continue;
      this.#taken[transition] = 1;
      return transition;
    }
    return -1;
  }
}

/**
 * entry[t]: a transition by which a shortest path enters state t, from[t] where it comes from; -1 for the initial
 * state.
 */
interface FirstEntries {
  readonly transition: Int32Array;
  readonly from: Int32Array;
}

/**
 * States are numbered breadth-first, so the first transition that enters a state, in the order of sources, is on a
 * shortest path.
 */
function firstEntries(graph: StateGraph): FirstEntries {
  const transition = new Int32Array(graph.stateCount).fill(-1);
  const from = new Int32Array(graph.stateCount).fill(-1);
  for (let source = 0; source < graph.stateCount; source++) {
    for (let edge = graph.firstTransition[source]!; edge < graph.firstTransition[source + 1]!; edge++) {
      const target = graph.targetOf[edge]!;
      if (target === 0 || transition[target] !== -1) continue;
      transition[target] = edge;
      from[target] = source;
    }
  }
  return { transition, from };
}

function pathTo(entry: FirstEntries, state: number): number[] {
  const path: number[] = [];
  for (let at = state; at !== 0; at = entry.from[at]!) path.unshift(entry.transition[at]!);
  return path;
}

/** A shortest run to the state, as step numbers. */
export const runToState = (graph: StateGraph, state: number): readonly number[] =>
  pathTo(firstEntries(graph), state).map((transition) => graph.stepOf[transition]!);
