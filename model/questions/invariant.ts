/** Does every property hold, of states in every state, of transitions in every transition? */
import { memoryContextOf, violatingRun, Walk } from "../kernel/index.js";
import type { TransitionProperty } from "../language/index.js";
import { type Answer, type Bounds, NOTHING_FOUND } from "./answer.js";
import { depthOf, type Explored, runTo } from "./explored.js";
import { TransitionJudge } from "./transition-judge.js";
import { visitTransitions } from "./transitions.js";
import { premiseNeverHolds, vacuousIn } from "./vacuity.js";

/** Of what is broken, the nearest is told; of properties that are as near, the first one declared. */
export async function askInvariant(explored: Explored, bounds: Bounds): Promise<Answer> {
  const { worded, exploration, symmetry, figures } = explored;
  const [nearest] = exploration.violations;
  const transitions = await judgeTransitions(explored, bounds, nearest?.[1] ?? Number.POSITIVE_INFINITY);
  const answer = { ...NOTHING_FOUND, ask: "invariant", ...figures } as const;
  const vacuous = [...vacuousIn(explored), ...transitions.vacuous];
  if (transitions.broken !== null) {
    const { property, run } = transitions.broken;
    return { ...answer, verdict: "broken", property, run, vacuous };
  }
  if (nearest !== undefined) {
    const [property] = nearest;
    return { ...answer, verdict: "broken", property, run: violatingRun(exploration, property, symmetry), vacuous };
  }
  const isJudged = transitions.isComplete || worded.transitions.length === 0;
  return { ...answer, verdict: figures.complete && isJudged ? "holds" : "inconclusive", vacuous };
}

interface JudgedTransitions {
  readonly broken: { readonly property: string; readonly run: readonly number[] } | null;
  readonly vacuous: readonly string[];
  readonly isComplete: boolean;
}

/** @param lengthMax a run to a state that breaks a property: longer ones are not looked for */
async function judgeTransitions(explored: Explored, bounds: Bounds, lengthMax: number): Promise<JudgedTransitions> {
  const { worded, exploration } = explored;
  if (worded.transitions.length === 0) return { broken: null, vacuous: [], isComplete: true };
  const context = memoryContextOf(worded.model.workspace);
  const judges = worded.transitions.map((property) => new TransitionJudge(property, context));
  const breaking = new Set<number>();
  let depth = -1;
  const isComplete = await visitTransitions(explored, bounds, {
    at: (states, offset) => judges.map((judge) => judge.noteIn(states, offset)),
    after: (notes, state, states, offset) => {
      for (let index = 0; index < judges.length; index++) {
        if (!judges[index]!.breaks(notes[index]!, states, offset)) continue;
        breaking.add(state);
        depth = depthOf(exploration, state);
      }
    },
    // The others of the level are wanted as well, so that the run does not depend on how states were found.
    isDone: (state) => {
      const at = depthOf(exploration, state);
      return at + 1 >= lengthMax || (breaking.size > 0 && at > depth);
    },
  });
  const vacuous = breaking.size > 0 || !isComplete ? [] : judges.filter(({ hasPremise }) => !hasPremise);
  const broken = breaking.size === 0 ? null : brokenBy(explored, runTo(explored, depth, breaking));
  return { broken, vacuous: vacuous.map(({ name }) => premiseNeverHolds(name)), isComplete };
}

/** The run goes on with the first step that breaks a property. */
function brokenBy({ worded }: Explored, run: readonly number[]): JudgedTransitions["broken"] {
  const walk = new Walk(worded.model);
  for (const step of run) walk.take(step);
  const before = walk.words.slice();
  for (const step of walk.enabledSteps()) {
    for (const property of worded.transitions) {
      walk.goTo(before);
      const note = property.note();
      walk.take(step);
      if (breaks(property, note)) return { property: property.name, run: [...run, step] };
    }
  }
  throw new Error("the transition is not there when it is taken again: the exploration is inconsistent");
}

const breaks = ({ premise, holds }: TransitionProperty, note: string | number): boolean =>
  (premise === undefined || premise(note)) && !holds(note);
