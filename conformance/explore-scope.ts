/** Explores a scope in whichever way is cheapest: with its graph, by one state of every orbit, or state by state. */
import type { ExplorationFigures } from "../model/kernel/exploration.js";
import { explore, type Progress } from "../model/kernel/explore.js";
import type { StateGraph } from "../model/kernel/graph.js";
import { searchWithGraph } from "../model/kernel/numbered-search.js";
import { shortestRunTo } from "../model/kernel/shortest-run.js";
import { type RegistersModel, registersModel } from "../model/registers/registers.js";
import type { Scope } from "../model/registers/scope.js";
import { Canonicalizer } from "../model/symmetry/canonical-form.js";
import { exploreQuotient } from "../model/symmetry/quotient-search.js";
import { decisionReachability, decisionReachabilityUpTo } from "./decision-reachability.js";
import type { DecisionReachability, Stall } from "./report.js";
import { nearestStall } from "./stall.js";

export interface ScopeExploration extends ExplorationFigures {
  readonly model: RegistersModel;
  /** How many states were expanded on behalf of all, or null where each one was. */
  readonly representatives: number | null;
  /** Null where it is too large to keep. */
  readonly graph: StateGraph | null;
  readonly decisionReachability: DecisionReachability | null;
  readonly stall: Stall | null;
  /** A run to a state farthest from the initial one, as step numbers; null where states were not kept one by one. */
  readonly longestRun: readonly number[] | null;
  /** For each property that fails somewhere: a shortest run to such a state, as step numbers; the shortest of all first. */
  readonly violatingRuns: ReadonlyMap<string, readonly number[]>;
}

export interface ExploreScopeOptions {
  /** Take one state for all that symmetries of the table and of values make alike, once the graph is too large to keep. */
  readonly symmetry: boolean;
  readonly workers: number;
  /** Stop at the nearest violation: the run to it is a shortest one all the same, but what lies behind it is not explored. */
  readonly stopAtViolation?: boolean;
  readonly statesMax: number;
  readonly bytesMax: number | null;
  readonly secondsMax: number | null;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** Graphs of up to so many transitions are kept, so that replay can cover every one of them. */
const GRAPH_TRANSITIONS_MAX = 120_000;

export async function exploreScope(scope: Scope, options: ExploreScopeOptions): Promise<ScopeExploration> {
  const model = registersModel(scope);
  const { statesMax, bytesMax, secondsMax, workers, stopAtViolation = false, onProgress, signal } = options;
  const bounds = {
    statesMax,
    onProgress,
    signal,
    ...(bytesMax === null ? {} : { bytesMax }),
    ...(secondsMax === null ? {} : { secondsMax }),
  };
  const started_ms = performance.now();
  const timeLeft = <Bounds extends { readonly secondsMax?: number }>({ secondsMax, ...others }: Bounds) =>
    secondsMax === undefined ? others : { ...others, secondsMax: secondsMax - (performance.now() - started_ms) / 1000 };
  const small = await searchWithGraph(model, { ...bounds, graphTransitionsMax: GRAPH_TRANSITIONS_MAX });
  if (small === null && options.symmetry) {
    const canonicalizer = new Canonicalizer(model, scope);
    const quotient = await exploreQuotient(model, canonicalizer, { ...bounds, workers, stopAtViolation });
    const reachability = await decisionReachabilityUpTo(canonicalizer, model, scope, quotient, timeLeft(bounds));
    // The forms take memory that replay may need.
    const { forms: _, ...found } = quotient;
    return {
      ...found,
      model,
      graph: null,
      decisionReachability: reachability,
      stall: null,
      longestRun: null,
    };
  }
  const exploration = small ?? (await explore(model, { ...bounds, workers, stopAtViolation }));
  const runs = [...exploration.violations]
    .map(([property, state]) => [property, shortestRunTo(exploration, state)] as const)
    .sort(([, a], [, b]) => a.length - b.length);
  const reachability = await decisionReachability(model, scope, exploration, timeLeft(bounds));
  return {
    ...exploration,
    model,
    representatives: null,
    decisionReachability: reachability,
    stall: small === null ? null : nearestStall(model, scope, small),
    longestRun: small === null ? null : shortestRunTo(small, small.distinctStates - 1),
    violatingRuns: new Map(runs),
  };
}
