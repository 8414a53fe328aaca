/** Does a decision stay reachable (`AG EF decided`)? Judged on the stored graph where there is one, else by expanding states again. */

import type { Value } from "../../spec/register.js";
import { decidedValues } from "../../spec/state-table.js";
import { formatStep, type Trace } from "../../spec/trace.js";
import {
  type Condition,
  type Exploration,
  type ExploreOptions,
  findStatesWithoutGoal,
  generateJudge,
  type IsGoal,
  reachableLabels,
  type StateGraph,
  shortestRunTo,
  shortestRunToAny,
} from "../kernel/index.js";
import { RegisterFacts } from "../registers/facts.js";
import { stateTableOf, stepOf } from "../registers/reading.js";
import type { RegistersModel } from "../registers/registers.js";
import type { Scope } from "../registers/scope.js";
import { valueName } from "../registers/values.js";
import type { Canonicalizer } from "../symmetry/canonical-form.js";
import type { QuotientExploration } from "../symmetry/quotient-search.js";

/** Whether a decision stays reachable from every reachable state of the scope. */
export interface DecisionReachability {
  /** States from which no decision can be reached any more; 0 means that one stays reachable always. */
  readonly stuckStates: number;
  /** A shortest run to such a state; null if there is none. */
  readonly steps: Trace | null;
  /**
   * The valences of states (Fischer, Lynch & Paterson 1985), those with most values first: from this number of states just these values
   * can still be decided. Null where the graph is too large to keep.
   */
  readonly valences: readonly { readonly values: readonly Value[]; readonly states: number }[] | null;
}

/** What can still be decided before the first step of a run and after each; null where the graph has no such run. */
export type PossibleAlong = (run: Trace) => (readonly Value[])[] | null;

type Bounds = Pick<ExploreOptions, "signal" | "secondsMax" | "bytesMax" | "onProgress">;

/** Null if the exploration is not complete, or a bound ends the judgement early. */
export async function decisionReachability(
  model: RegistersModel,
  scope: Scope,
  exploration: Exploration,
  bounds: Bounds,
): Promise<DecisionReachability | null> {
  if (!exploration.complete) return null;
  const stuck = await findStatesWithoutGoal(exploration, null, decidedIn(model, scope), bounds);
  return stuck === null
    ? null
    : described(
        model,
        scope,
        stuck.count,
        stuck.nearest === null ? null : shortestRunToAny(exploration, stuck.nearest),
      );
}

/** The same, judged on canonical forms: symmetries keep what is decided and what is reachable. */
export async function decisionReachabilityUpTo(
  canonicalizer: Canonicalizer,
  model: RegistersModel,
  scope: Scope,
  { forms, complete }: Pick<QuotientExploration, "forms" | "complete">,
  bounds: Bounds,
): Promise<DecisionReachability | null> {
  if (!complete) return null;
  const stuck = await findStatesWithoutGoal(forms, canonicalizer, decidedIn(model, scope), bounds);
  if (stuck === null) return null;
  const run = stuck.nearest === null ? null : shortestRunToAny(forms, stuck.nearest, canonicalizer);
  return described(model, scope, stuck.count, run);
}

/** The same with its valences, of an exploration whose graph was kept. */
export function decisionReachabilityInGraph(
  model: RegistersModel,
  scope: Scope,
  exploration: Exploration & { readonly graph: StateGraph },
): { readonly decisionReachability: DecisionReachability; readonly possibleAlong: PossibleAlong } {
  const { graph, states } = exploration;
  const values = Array.from({ length: scope.values }, (_, value) => valueName(value));
  const decided = Int32Array.from({ length: graph.stateCount }, (_, state) => {
    model.workspace.load(states.packed, state * model.workspace.words.length);
    return bitsOf(decidedValues(scope.table, stateTableOf(model, scope)), values);
  });
  const valenceOf = reachableLabels(graph, decided);
  const counts = new Map<number, number>();
  for (const valence of valenceOf) counts.set(valence, (counts.get(valence) ?? 0) + 1);
  // States are numbered breadth-first and in the order of steps, so the first stuck one is entered by the run that is shown.
  const nearest = valenceOf.indexOf(0);
  const run = nearest < 0 ? null : shortestRunTo(exploration, nearest);
  return {
    decisionReachability: {
      ...described(model, scope, counts.get(0) ?? 0, run),
      valences: valencesOf(counts, values),
    },
    possibleAlong: (trace) =>
      statesAlong(model, scope, graph, trace)?.map((state) => valuesIn(valenceOf[state]!, values)) ?? null,
  };
}

/** The numbers of the states that the run goes through; null where it is none of the graph. */
function statesAlong(model: RegistersModel, scope: Scope, graph: StateGraph, run: Trace): number[] | null {
  const { firstTransition, stepOf: stepAt, targetOf } = graph;
  const states = [0];
  for (const step of run) {
    const [state, sentence] = [states.at(-1)!, formatStep(step)];
    const out = Array.from(stepAt.subarray(firstTransition[state]!, firstTransition[state + 1]!));
    const taken = out.findIndex((number) => formatStep(stepOf(model, scope, number)) === sentence);
    if (taken < 0) return null;
    states.push(targetOf[firstTransition[state]! + taken]!);
  }
  return states;
}

const bitsOf = (decided: readonly Value[], values: readonly Value[]): number =>
  decided.reduce((bits, value) => bits | (1 << values.indexOf(value)), 0);

/** @param valence bit v for value v */
const valuesIn = (valence: number, values: readonly Value[]): Value[] =>
  values.filter((_, value) => ((valence >>> value) & 1) === 1);

/** @param counts by valence */
function valencesOf(counts: ReadonlyMap<number, number>, values: readonly Value[]): DecisionReachability["valences"] {
  return [...counts]
    .map(([valence, states]) => ({ values: valuesIn(valence, values), states }))
    .sort((a, b) => b.values.length - a.values.length || (a.values.join() < b.values.join() ? -1 : 1));
}

const described = (
  model: RegistersModel,
  scope: Scope,
  stuckStates: number,
  run: readonly number[] | null,
): DecisionReachability => ({
  stuckStates,
  steps: run?.map((step) => stepOf(model, scope, step)) ?? null,
  valences: null,
});

/** Whether something is decided, as fast as properties are judged: there are many states to ask it of. */
function decidedIn(model: RegistersModel, scope: Scope): IsGoal {
  const facts = new RegisterFacts(scope, model.variables);
  const isDecided: Condition = { holds: (r, v) => facts.isDecidedIn(r!, v!), arity: 2 };
  const undecided = {
    name: "undecided",
    holds: () => false,
    premise: null,
    parameters: { registerSet: scope.registerSets.length, value: scope.values },
    conditions: [isDecided],
  };
  const judge = generateJudge({ ...model, properties: [undecided] });
  return (states, offset) => judge(states, offset) !== 0;
}
