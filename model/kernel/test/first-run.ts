/** An oracle for the run that is shown: breadth first, by closures, comparing runs step by step. */
import type { Model } from "../declaration/model.js";

/** Negative if the first run comes before the second, of the same length, in the order of step numbers. */
function compareRuns(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((step, index) => step !== b[index]);
  return place < 0 ? 0 : a[place]! - b[place]!;
}

interface Step {
  readonly number: number;
  readonly isEnabled: () => boolean;
  readonly take: () => void;
}

/** In the order in which actions are declared, and then of their parameters, the last of which changes fastest. */
function stepsOf({ actions }: Model): Step[] {
  const steps: Step[] = [];
  for (const { parameters, guard, effect } of actions) {
    const add = (values: readonly number[]): void => {
      const size = Object.values(parameters)[values.length];
      for (let value = 0; value < (size ?? 0); value++) add([...values, value]);
      if (size !== undefined) return;
      steps.push({ number: steps.length, isEnabled: () => guard(...values), take: () => effect(...values) });
    };
    add([]);
  }
  return steps;
}

/**
 * Of all shortest runs to a state in which the property fails the first; null if it fails nowhere. Keeps for each state
 * of a level the first of all runs of that length to it.
 */
export function firstShortestRun(model: Model, property: string): number[] | null {
  const { workspace, initial } = model;
  const { holds } = model.properties.find(({ name }) => name === property)!;
  const steps = stepsOf(model);
  const known = new Set([initial.join()]);
  let level = new Map<string, number[]>([[initial.join(), []]]);
  while (level.size > 0) {
    const violating: number[][] = [];
    const next = new Map<string, number[]>();
    for (const [state, run] of level) {
      const words = Int32Array.from(state.split(","), Number);
      workspace.load(words, 0);
      if (!holds()) violating.push(run);
      for (const { number, isEnabled, take } of steps) {
        workspace.load(words, 0);
        if (!isEnabled()) continue;
        take();
        const successor = workspace.words.join();
        if (known.has(successor)) continue;
        const longer = [...run, number];
        const other = next.get(successor);
        if (other === undefined || compareRuns(longer, other) < 0) next.set(successor, longer);
      }
    }
    if (violating.length > 0) return violating.sort(compareRuns)[0]!;
    for (const state of next.keys()) known.add(state);
    level = next;
  }
  return null;
}
