/** Cycles in a stored graph, and whether a fair run can stay in one for ever. */
import type { StateGraph } from "./graph.js";

/**
 * The strongly connected components with a cycle in them, each as its states, ascending.
 *
 * Tarjan's algorithm (SIAM J. Comput. 1972) with a stack of its own: graphs are deeper than the call stack.
 */
export function cyclicComponents(graph: StateGraph): number[][] {
  const { firstTransition, targetOf, stateCount } = graph;
  const index = new Int32Array(stateCount).fill(-1);
  const low = new Int32Array(stateCount);
  const onStack = new Uint8Array(stateCount);
  const nextEdge = firstTransition.slice(0, stateCount);
  const stack: number[] = [];
  const components: number[][] = [];
  let visited = 0;

  for (let root = 0; root < stateCount; root++) {
    if (index[root] !== -1) continue;
    const path = [enter(root)];
    while (path.length > 0) {
      const state = path.at(-1)!;
      if (nextEdge[state]! < firstTransition[state + 1]!) {
        const target = targetOf[nextEdge[state]!++]!;
        if (index[target] === -1) path.push(enter(target));
        else if (onStack[target] === 1) low[state] = Math.min(low[state]!, index[target]!);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[state]!);
      if (low[state] === index[state]) leave(state);
    }
  }
  return components;

  function enter(state: number): number {
    index[state] = low[state] = visited++;
    onStack[state] = 1;
    stack.push(state);
    return state;
  }

  function leave(root: number): void {
    const component = stack.splice(stack.lastIndexOf(root));
    for (const state of component) onStack[state] = 0;
    if (component.length > 1 || stepsToItself(graph, root)) components.push(component.sort((a, b) => a - b));
  }
}

/**
 * The cyclic components in which a run can stay for ever although it is weakly fair to every step number for which `isFair`
 * holds: no such step is enabled in *all* states of the component without being taken inside it.
 */
export function fairComponents(graph: StateGraph, isFair: (step: number) => boolean): number[][] {
  return cyclicComponents(graph).filter((component) => {
    const inside = new Set(component);
    const [first, ...others] = component.map((state) => stepsOf(graph, state));
    const alwaysEnabled = [...first!.keys()].filter((step) => isFair(step) && others.every((steps) => steps.has(step)));
    const takenInside = (step: number) =>
      component.some((state) =>
        stepsOf(graph, state)
          .get(step)!
          .some((target) => inside.has(target)),
      );
    return alwaysEnabled.every(takenInside);
  });
}

const stepsToItself = (graph: StateGraph, state: number): boolean =>
  [...stepsOf(graph, state).values()].flat().includes(state);

/** The enabled steps of a state, with their targets. */
function stepsOf({ firstTransition, stepOf, targetOf }: StateGraph, state: number): Map<number, number[]> {
  const steps = new Map<number, number[]>();
  for (let edge = firstTransition[state]!; edge < firstTransition[state + 1]!; edge++) {
    const step = stepOf[edge]!;
    steps.set(step, [...(steps.get(step) ?? []), targetOf[edge]!]);
  }
  return steps;
}
