/** Can the goal still be reached from every state? */
import { findStatesWithoutGoal, reachableLabels, shortestRunTo, shortestRunToAny } from "../kernel/index.js";
import { type Answer, type Bounds, type Goal, NOTHING_FOUND } from "./answer.js";
import { type Explored, inconclusive, type Searched } from "./explored.js";
import { goalsOf, labelsOf } from "./goals.js";
import { vacuousIn } from "./vacuity.js";

/** The states from which the goal can be reached no more. */
export interface StuckStates {
  /** How many there are; 0 means that it stays reachable always. */
  readonly count: number;
  /** A shortest run to one of them, as step numbers; null if there are none. */
  readonly run: readonly number[] | null;
}

/** A run that breaks something else is not stuck: whoever wants to know that asks for the invariant. */
export async function askStuck(explored: Explored, goal: Goal, bounds: Bounds): Promise<Answer> {
  const stuck = await stuckStates(explored, goal, bounds);
  if (stuck === null) return inconclusive("stuck", explored);
  const answer = { ...NOTHING_FOUND, ask: "stuck", ...explored.figures, vacuous: vacuousIn(explored) } as const;
  if (stuck.count === 0) return { ...answer, verdict: "holds" };
  return { ...answer, verdict: "stuck", property: goal.name, run: stuck.run };
}

/**
 * On the graph where it was kept; else states are expanded once more. Null if not all states were explored, or a bound
 * ends the judgement early.
 */
export async function stuckStates(
  { exploration, symmetry }: Searched,
  goal: Goal,
  bounds: Pick<Bounds, "signal" | "secondsMax" | "bytesMax" | "onProgress">,
): Promise<StuckStates | null> {
  const { graph, complete, model } = exploration;
  if (!complete) return null;
  if (graph !== null) return stuckAmong(exploration, reachableLabels(graph, labelsOf(exploration, [goal])));
  const reachedIn = goalsOf(model, [goal]);
  const isReached = (states: Int32Array, offset: number): boolean => reachedIn(states, offset) !== 0;
  const stuck = await findStatesWithoutGoal(exploration, symmetry, isReached, bounds);
  if (stuck === null) return null;
  const { count, nearest } = stuck;
  return { count, run: nearest === null ? null : shortestRunToAny(exploration, nearest, symmetry) };
}

/** @param reachable by state of the graph: the goals that can be reached from it, bit g for goal g */
export function stuckAmong(exploration: Searched["exploration"], reachable: Int32Array): StuckStates {
  // States are numbered breadth-first and in the order of steps, so the first stuck one is entered by the run that is
  // shown.
  const nearest = reachable.indexOf(0);
  const count = reachable.reduce((sum, goals) => sum + Number(goals === 0), 0);
  return { count, run: nearest < 0 ? null : shortestRunTo(exploration, nearest) };
}
