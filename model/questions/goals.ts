/** Goals, asked of packed states as fast as properties are judged: there may be many states to ask them of. */
import { type Exploration, generateJudge, type Model, ModelError, type Property } from "../kernel/index.js";
import type { Goal } from "./answer.js";

/** Bit g is set iff goal g is reached in the packed state at `states[offset]`. */
export type ReachedIn = (states: Int32Array, offset: number) => number;

/** The bits of one number. */
const GOALS_MAX = 30;

export function goalsOf(model: Model, goals: readonly Goal[]): ReachedIn {
  if (goals.length > GOALS_MAX) {
    throw new ModelError(model.name, null, `${goals.length} outcomes are too many to tell apart: up to ${GOALS_MAX}`);
  }
  return generateJudge({ ...model, properties: goals.map(asProperty) });
}

/** A property that fails where the goal is reached. */
const asProperty = ({ name, parameters = {}, holds }: Goal): Property => ({
  name,
  holds: () => false,
  premise: null,
  parameters,
  conditions: [{ holds, arity: Object.keys(parameters).length }],
});

/** Which goals are reached in each state of the graph: bit g for goal g. */
export function labelsOf({ model, states, graph }: Exploration, goals: readonly Goal[]): Int32Array {
  const reachedIn = goalsOf(model, goals);
  const width = model.workspace.words.length;
  return Int32Array.from({ length: graph!.stateCount }, (_, state) => reachedIn(states.packed, state * width));
}
