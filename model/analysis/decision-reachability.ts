/** Does a decision stay reachable (`AG EF decided`)? Judged on the stored graph where there is one, else by expanding states again. */

import type { Value } from "../../spec/register.js";
import { decidedValues } from "../../spec/state-table.js";
import type { Trace } from "../../spec/trace.js";
import {
  type Condition,
  type Exploration,
  type ExploreOptions,
  findStatesWithoutGoal,
  generateJudge,
  type IsGoal,
  reachableLabels,
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

type Bounds = Pick<ExploreOptions, "signal" | "secondsMax" | "bytesMax" | "onProgress">;

/** Null if the exploration is not complete, or a bound ends the judgement early. */
export async function decisionReachability(
  model: RegistersModel,
  scope: Scope,
  exploration: Exploration,
  bounds: Bounds,
): Promise<DecisionReachability | null> {
  if (exploration.graph !== null) return reachabilityInGraph(model, scope, exploration, exploration.graph);
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

function reachabilityInGraph(
  model: RegistersModel,
  scope: Scope,
  exploration: Exploration,
  graph: NonNullable<Exploration["graph"]>,
): DecisionReachability {
  const values = Array.from({ length: scope.values }, (_, value) => valueName(value));
  const decided = Int32Array.from({ length: graph.stateCount }, (_, state) => {
    model.workspace.load(exploration.states.packed, state * model.workspace.words.length);
    return bitsOf(decidedValues(scope.table, stateTableOf(model, scope)), values);
  });
  const valenceOf = reachableLabels(graph, decided);
  const counts = new Map<number, number>();
  for (const valence of valenceOf) counts.set(valence, (counts.get(valence) ?? 0) + 1);
  // States are numbered breadth-first and in the order of steps, so the first stuck one is entered by the run that is shown.
  const nearest = valenceOf.indexOf(0);
  const run = nearest < 0 ? null : shortestRunTo(exploration, nearest);
  return { ...described(model, scope, counts.get(0) ?? 0, run), valences: valencesOf(counts, values) };
}

const bitsOf = (decided: readonly Value[], values: readonly Value[]): number =>
  decided.reduce((bits, value) => bits | (1 << values.indexOf(value)), 0);

/** @param counts by valence, bit v for value v */
function valencesOf(counts: ReadonlyMap<number, number>, values: readonly Value[]): DecisionReachability["valences"] {
  return [...counts]
    .map(([valence, states]) => ({ values: values.filter((_, value) => ((valence >>> value) & 1) === 1), states }))
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
