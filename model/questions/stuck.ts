/** Can the goal still be reached from every state? */
import { reachableLabels, shortestRunTo } from "../kernel/index.js";
import { type Answer, type Goal, NOTHING_FOUND } from "./answer.js";
import { type Explored, graphOf, inconclusive, labelsOf } from "./explored.js";
import { vacuousIn } from "./vacuity.js";

/** A run that breaks something else is not stuck: whoever wants to know that asks for the invariant. */
export function askStuck(explored: Explored, goal: Goal): Answer {
  const graph = graphOf(explored);
  if (graph === null) return inconclusive("stuck", explored);
  const { exploration, figures } = explored;
  const reachable = reachableLabels(graph, labelsOf(exploration, [goal]));
  const answer = { ...NOTHING_FOUND, ask: "stuck", ...figures, vacuous: vacuousIn(explored) } as const;
  // States are numbered breadth-first, so the first stuck one is one of the nearest.
  const stuck = reachable.indexOf(0);
  if (stuck < 0) return { ...answer, verdict: "holds" };
  return { ...answer, verdict: "stuck", property: goal.name, run: shortestRunTo(exploration, stuck) };
}
