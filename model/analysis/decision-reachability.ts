/**
 * Does a decision stay reachable (`AG EF decided`), and which: what questions ask of any model, asked of a scope of a
 * table.
 */

import type { Value } from "../../spec/register.js";
import { formatStep, type Trace } from "../../spec/trace.js";
import type { Exploration, StateGraph } from "../kernel/index.js";
import {
  type Bounds,
  type Goal,
  outcomesIn,
  type Searched,
  type StuckStates,
  stuckAmong,
  stuckStates,
  type Valence,
  valencesIn,
} from "../questions/index.js";
import { RegisterFacts } from "../registers/facts.js";
import { stepOf } from "../registers/reading.js";
import type { RegistersModel } from "../registers/registers.js";
import type { Scope } from "../registers/scope.js";
import { valueName } from "../registers/values.js";

/** Whether a decision stays reachable from every reachable state of the scope. */
export interface DecisionReachability {
  /** States from which no decision can be reached any more; 0 means that one stays reachable always. */
  readonly stuckStates: number;
  /** A shortest run to such a state; null if there is none. */
  readonly steps: Trace | null;
  /** From how many states just these values can still be decided. Null where the graph is too large to keep. */
  readonly valences: readonly Valence[] | null;
}

/** What can still be decided before the first step of a run and after each; null where the graph has no such run. */
export type PossibleAlong = (run: Trace) => (readonly Value[])[] | null;

/** Null if the exploration is not complete, or a bound ends the judgement early. */
export async function decisionReachability(
  model: RegistersModel,
  scope: Scope,
  searched: Searched,
  bounds: Pick<Bounds, "signal" | "secondsMax" | "bytesMax" | "onProgress">,
): Promise<DecisionReachability | null> {
  const facts = new RegisterFacts(scope, model.variables);
  const decision: Goal = {
    name: "a value is decided",
    parameters: { registerSet: scope.registerSets.length, value: scope.values },
    holds: (r, v) => facts.isDecidedIn(r!, v!),
  };
  const stuck = await stuckStates(searched, decision, bounds);
  return stuck === null ? null : { ...described(model, scope, stuck), valences: null };
}

/** The same with its valences, of an exploration whose graph was kept. */
export function decisionReachabilityInGraph(
  model: RegistersModel,
  scope: Scope,
  exploration: Exploration & { readonly graph: StateGraph },
): { readonly decisionReachability: DecisionReachability; readonly possibleAlong: PossibleAlong } {
  const outcomes = decisionsOf(model, scope);
  const { valenceOf, counts } = valencesIn(exploration, outcomes);
  return {
    decisionReachability: { ...described(model, scope, stuckAmong(exploration, valenceOf)), valences: counts },
    possibleAlong: (trace) =>
      statesAlong(model, scope, exploration.graph, trace)?.map((state) => outcomesIn(valenceOf[state]!, outcomes)) ??
      null,
  };
}

/** That a value is decided, for each value. */
function decisionsOf(model: RegistersModel, scope: Scope): Goal[] {
  const facts = new RegisterFacts(scope, model.variables);
  return Array.from({ length: scope.values }, (_, value) => ({
    name: valueName(value),
    parameters: { registerSet: scope.registerSets.length },
    holds: (r) => facts.isDecidedIn(r!, value),
  }));
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

const described = (model: RegistersModel, scope: Scope, { count, run }: StuckStates) => ({
  stuckStates: count,
  steps: run?.map((step) => stepOf(model, scope, step)) ?? null,
});
