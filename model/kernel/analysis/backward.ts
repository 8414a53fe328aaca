/** Backward reachability over a stored graph: what can still happen from each state. */
import type { StateGraph } from "../store/graph.js";

/**
 * For every state, the union of the labels of all states that can be reached from it, itself included.
 *
 * labels[n] is a set of up to 32 facts about state n, one bit each: with bit v for "value v is decided" the result is
 * the valence of every state (Fischer, Lynch & Paterson 1985); with one bit for a goal it tells where `EF goal` holds,
 * and `AG EF goal` holds iff it does everywhere. Labels flow backward until nothing changes: each bit passes each
 * transition at most once.
 */
export function reachableLabels(graph: StateGraph, labels: Int32Array): Int32Array {
  const predecessors = predecessorsOf(graph);
  const reachable = labels.slice(0, graph.stateCount);
  const queue: number[] = [];
  const isQueued = new Uint8Array(graph.stateCount);
  for (let state = 0; state < graph.stateCount; state++) if (reachable[state] !== 0) enqueue(state);
  while (queue.length > 0) {
    const state = queue.pop()!;
    isQueued[state] = 0;
    for (let edge = predecessors.first[state]!; edge < predecessors.first[state + 1]!; edge++) {
      const predecessor = predecessors.source[edge]!;
      const joined = reachable[predecessor]! | reachable[state]!;
      if (joined === reachable[predecessor]) continue;
      reachable[predecessor] = joined;
      enqueue(predecessor);
    }
  }
  return reachable;

  function enqueue(state: number): void {
    if (isQueued[state] === 1) return;
    isQueued[state] = 1;
    queue.push(state);
  }
}

/** The sources of the transitions into state n are source[first[n]] up to source[first[n + 1]]. */
interface Predecessors {
  readonly first: Int32Array;
  readonly source: Int32Array;
}

/** Counting sort of the transitions by target. */
function predecessorsOf(graph: StateGraph): Predecessors {
  const first = new Int32Array(graph.stateCount + 1);
  for (const target of graph.targetOf) first[target + 1]!++;
  for (let state = 0; state < graph.stateCount; state++) first[state + 1]! += first[state]!;
  const next = first.slice();
  const source = new Int32Array(graph.transitionCount);
  for (let state = 0; state < graph.stateCount; state++) {
    for (let edge = graph.firstTransition[state]!; edge < graph.firstTransition[state + 1]!; edge++) {
      source[next[graph.targetOf[edge]!]!++] = state;
    }
  }
  return { first, source };
}
