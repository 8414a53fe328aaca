/**
 * The reachable graph by the closures themselves, every transition by itself: what the search with graph must come to.
 */
import { generateExpand } from "../compile/expand.js";
import type { Model } from "../declaration/model.js";

export interface PlainGraph {
  /**
   * The contents of each state, packed, in the order in which breadth-first search finds them by steps in their order.
   */
  readonly states: readonly string[];
  /** Of each state, its steps and the numbers of the states that these lead to. */
  readonly transitions: readonly (readonly (readonly [step: number, target: number])[])[];
}

export function graphByClosures(model: Model): PlainGraph {
  const { workspace } = model;
  const expand = generateExpand(model);
  const states = [model.initial.slice()];
  const numbers = new Map([[model.initial.join(), 0]]);
  const transitions: (readonly [number, number])[][] = [];
  for (let state = 0; state < states.length; state++) {
    const own: (readonly [number, number])[] = [];
    workspace.load(states[state]!, 0);
    expand((step) => {
      const key = workspace.words.join();
      const known = numbers.get(key);
      if (known === undefined) {
        numbers.set(key, states.length);
        states.push(workspace.words.slice());
      }
      own.push([step, known ?? states.length - 1]);
    });
    transitions.push(own);
  }
  return { states: states.map((words) => words.join()), transitions };
}
