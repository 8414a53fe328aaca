/**
 * Breadth-first search for the nearest state in which a property fails, with no code generated for this one model.
 *
 * The kernel writes a model out as code before it explores, which takes milliseconds and repays itself over many
 * states (model/kernel/compile/successors.ts). A sweep explores hundreds of thousands of models, each of few states,
 * so that the whole search is over in about the time that generating takes. So here guards and effects are called as
 * they are.
 */
import { type Model, StateStore } from "../../model/kernel/index.js";
import { failureOf, stepsOf } from "./shared-loops.js";

export interface SearchOutcome {
  /** Steps of a shortest run to a state in which the property fails; null where none was found. */
  readonly violation: number | null;
  /** Whether that is the answer: a violation was found, or every reachable state was seen. */
  readonly complete: boolean;
  /** Distinct states found, and successors generated with repeats, until the search ended. */
  readonly states: number;
  readonly transitions: number;
}

export interface SearchLimits {
  readonly statesMax: number;
  /** Asked now and then; when it says so, the search ends, incomplete. */
  readonly isStopped: () => boolean;
}

/** States expanded between two questions whether to stop. */
const SLICE_STATES = 1024;

/** Throws RangeError if the model has no such property. */
export function searchDirectly(model: Model, propertyName: string, limits: SearchLimits): SearchOutcome {
  const { workspace } = model;
  const width = workspace.words.length;
  const property = model.properties.find(({ name }) => name === propertyName);
  if (property === undefined) throw new RangeError(`model ${model.name} has no property ${propertyName}`);
  const fails = failureOf(model.name, property);
  const store = new StateStore(width);
  let transitions = 0;
  let violated = false;
  const visit = (): void => {
    transitions++;
    if (store.insert(workspace.words) < 0 && fails()) violated = true;
    workspace.undo();
  };
  const takeSteps = model.actions.map((action) => stepsOf(model.name, action, visit));
  const outcome = (violation: number | null, complete: boolean): SearchOutcome => ({
    violation,
    complete,
    states: store.count,
    transitions,
  });

  workspace.load(model.initial, 0);
  store.insert(workspace.words);
  if (fails()) return outcome(0, true);
  // States from `endOfLevel` on are `depth` + 1 steps away.
  for (let state = 0, depth = 0, endOfLevel = 1; state < store.count; state++) {
    if (state === endOfLevel) {
      depth++;
      endOfLevel = store.count;
    }
    if (store.count > limits.statesMax || (state % SLICE_STATES === 0 && limits.isStopped()))
      return outcome(null, false);
    workspace.load(store.states, state * width);
    for (const take of takeSteps) take();
    if (violated) return outcome(depth + 1, true);
  }
  return outcome(null, true);
}
