/** What questions are asked of: a model's states, explored within bounds. */
import {
  type Exploration,
  explore,
  type OrbitExploration,
  type Symmetry,
  searchConcurrently,
  shortestRunToAny,
} from "../kernel/index.js";
import type { WordedModel } from "../language/index.js";
import { type Answer, type Bounds, NOTHING_FOUND, type Question } from "./answer.js";

/** For questions that need the graph whatever its size. */
const NEEDED_TRANSITIONS_MAX = 60_000_000;

/** States of a model that were explored. */
export interface Searched {
  readonly exploration: Exploration;
  /** Up to which the states were explored; null: each by itself. */
  readonly symmetry: Symmetry | null;
}

/** The same of a model in words. */
export interface Explored extends Searched {
  readonly worded: WordedModel;
  readonly figures: Pick<
    Answer,
    "distinctStates" | "transitions" | "depth" | "complete" | "stoppedBy" | "representatives"
  >;
}

/** @param needsGraph whether a question asks for every transition at hand: then no symmetry is used */
export async function exploreWithin(worded: WordedModel, bounds: Bounds, needsGraph: boolean): Promise<Explored> {
  const { symmetry: wantsSymmetry, ...options } = bounds;
  const { model } = worded;
  const graphTransitionsMax = needsGraph ? NEEDED_TRANSITIONS_MAX : 0;
  const symmetry = wantsSymmetry && !needsGraph ? worded.symmetry : null;
  if (symmetry === null) return stateByState(worded, await explore(model, { ...options, graphTransitionsMax }));
  const exploration = await searchConcurrently(model, options, symmetry);
  const { representedStates, distinctStates, ...figures } = figuresOf(exploration);
  return {
    worded,
    exploration,
    symmetry,
    figures: { ...figures, distinctStates: representedStates, representatives: distinctStates },
  };
}

function figuresOf(exploration: OrbitExploration) {
  const { representedStates, distinctStates, transitions, depth, complete, stoppedBy } = exploration;
  return { representedStates, distinctStates, transitions, depth, complete, stoppedBy };
}

function stateByState(worded: WordedModel, exploration: Exploration): Explored {
  const { distinctStates, transitions, depth, complete, stoppedBy } = exploration;
  const figures = { distinctStates, transitions, depth, complete, stoppedBy, representatives: null };
  return { worded, exploration, symmetry: null, figures };
}

/** The states found, by number, in the order in which they were found. */
export function* statesOf({ states }: Exploration): Generator<number, void> {
  for (const level of states.levels) {
    for (const [first, end] of states.rangesOf(level)) for (let state = first; state < end; state++) yield state;
  }
}

/** Puts a state of the exploration to work. */
export function loadState({ model, states }: Exploration, state: number): void {
  model.workspace.load(states.packed, state * model.workspace.words.length);
}

export function depthOf({ states }: Exploration, state: number): number {
  return states.levels.findLastIndex(({ first }) => first <= state);
}

/** A shortest run of the model to one of the states of this depth that are wanted, as step numbers. */
export function runTo({ exploration, symmetry }: Explored, depth: number, wanted: ReadonlySet<number>): number[] {
  return shortestRunToAny(exploration, { depth, includes: (state) => wanted.has(state) }, symmetry);
}

export const inconclusive = (ask: Question["ask"], { figures }: Explored): Answer => ({
  ...NOTHING_FOUND,
  ask,
  verdict: "inconclusive",
  ...figures,
});
