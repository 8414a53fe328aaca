/**
 * Is there a fair run that never reaches the goal? Such a run leads to a cycle (of finitely many states, some come
 * again for ever), so it is looked for in the strongly connected parts of the states without the goal.
 *
 * A step is owed (see fairness) as long as its action is possible: a part is fair if each weakly owed step is taken in
 * it or impossible in one of its states, and each strongly owed one is taken or impossible in all. For strong fairness
 * the states in which an untaken step is possible are left out, and what remains is looked at again (E. A. Emerson and
 * C.-L. Lei, "Modalities for model checking", 1987; A. Cheng, S. Christensen and K. H. Mortensen 1997).
 */
import { actionInstanceOf, shortestRunTo, stepCount } from "../kernel/index.js";
import { type Answer, type Goal, NOTHING_FOUND } from "./answer.js";
import { type Explored, inconclusive } from "./explored.js";
import { FairCycle, type Fairness } from "./fair-cycle.js";
import { labelsOf } from "./goals.js";
import { connectedParts } from "./strong-components.js";
import { vacuousIn } from "./vacuity.js";

export function askLasso(explored: Explored, goal: Goal): Answer {
  const { worded, exploration, figures } = explored;
  const { graph } = exploration;
  if (graph === null) return inconclusive("lasso", explored);
  const isGoal = labelsOf(exploration, [goal]);
  const fairness: Fairness = Array.from({ length: stepCount(worded.model.actions) }, (_, step) => {
    const { action } = actionInstanceOf(worded.model.actions, step);
    return worded.actions.find(({ name }) => name === action)!.fairness ?? null;
  });
  const cycles = new FairCycle(graph, fairness);
  const found = cycles.nearestIn(connectedParts(graph, (state) => isGoal[state] === 0));
  const answer = { ...NOTHING_FOUND, ask: "lasso", ...figures, vacuous: vacuousIn(explored) } as const;
  if (found === null) return { ...answer, verdict: "holds" };
  const run = shortestRunTo(exploration, found.entry);
  return { ...answer, verdict: "broken", property: goal.name, run, cycle: found.steps };
}
