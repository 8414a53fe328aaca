/** Strongly connected parts of some of a graph's states (R. Tarjan 1972), without recursion. */
import type { StateGraph } from "../kernel/index.js";

/** Each part's states ascending; a state that leads back to itself by no way is a part of its own. */
export function connectedParts(graph: StateGraph, includes: (state: number) => boolean): number[][] {
  const { stateCount, firstTransition, targetOf } = graph;
  const order = new Int32Array(stateCount).fill(-1);
  const low = new Int32Array(stateCount);
  const edge = new Int32Array(stateCount);
  const isOpen = new Uint8Array(stateCount);
  const open: number[] = [];
  const path: number[] = [];
  const parts: number[][] = [];
  let visited = 0;
  const enter = (state: number): void => {
    order[state] = low[state] = visited++;
    edge[state] = firstTransition[state]!;
    isOpen[state] = 1;
    open.push(state);
    path.push(state);
  };
  const leave = (state: number): void => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[state]!);
    if (low[state] !== order[state]) return;
    const part = open.splice(open.lastIndexOf(state));
    for (const member of part) isOpen[member] = 0;
    parts.push(part.sort((a, b) => a - b));
  };
  for (let root = 0; root < stateCount; root++) {
    if (order[root]! >= 0 || !includes(root)) continue;
    enter(root);
    while (path.length > 0) {
      const state = path.at(-1)!;
      if (edge[state]! === firstTransition[state + 1]) {
        leave(state);
        continue;
      }
      const target = targetOf[edge[state]!++]!;
      if (!includes(target)) continue;
      if (order[target]! < 0) enter(target);
      else if (isOpen[target] === 1) low[state] = Math.min(low[state]!, order[target]!);
    }
  }
  return parts;
}
