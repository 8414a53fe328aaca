/** Explores a scope in whichever way is cheapest: with its graph, by one state of every orbit, or state by state. */
import {
  type Exploration,
  type ExplorationFigures,
  type ExploreOptions,
  explore,
  type StateGraph,
  searchWithGraph,
  shortestRunTo,
  violatingRun,
} from "../kernel/index.js";
import { reducedRegistersModel } from "../registers/reduced.js";
import { type RegistersModel, registersModel } from "../registers/registers.js";
import type { Scope } from "../registers/scope.js";
import { Canonicalizer } from "../symmetry/canonical-form.js";
import { exploreQuotient } from "../symmetry/quotient-search.js";
import { type DecisionReachability, decisionReachability, decisionReachabilityUpTo } from "./decision-reachability.js";
import { nearestStall, type Stall } from "./stall.js";

export interface ScopeExploration extends ExplorationFigures {
  /** Whose steps the runs are made of. */
  readonly model: RegistersModel;
  /** How many states were expanded on behalf of all, or null where each one was. */
  readonly representatives: number | null;
  /** Null where it is too large to keep. */
  readonly graph: StateGraph | null;
  readonly decisionReachability: DecisionReachability | null;
  readonly stall: Stall | null;
  /** A run to a state farthest from the initial one, as step numbers; null where states were not kept one by one. */
  readonly longestRun: readonly number[] | null;
  /** For each property that fails somewhere: a run to such a state, as step numbers, shortest unless reduced; the shortest of all first. */
  readonly violatingRuns: ReadonlyMap<string, readonly number[]>;
}

export interface ExploreScopeOptions extends Required<Pick<ExploreOptions, "onProgress" | "signal">> {
  /** Explore one state of all that symmetries of the table and of the values make alike, where the graph is too large to keep. */
  readonly symmetry: boolean;
  /** Explore only interleavings that agreement depends on. Not for selection `decision-table`. */
  readonly reduce: boolean;
  /** Stop at the nearest violation. */
  readonly stopAtViolation: boolean;
  /** Threads that explore. */
  readonly workers: number;
  /** Bounds on the exploration: states kept, bytes, seconds; null is none (for bytes: half of what the machine has). */
  readonly statesMax: number;
  readonly bytesMax: number | null;
  readonly secondsMax: number | null;
}

/** Graphs of up to so many transitions are kept, so that replay can cover every one of them. */
const GRAPH_TRANSITIONS_MAX = 120_000;

export async function exploreScope(scope: Scope, options: ExploreScopeOptions): Promise<ScopeExploration> {
  const bounds = new Bounds(options);
  const model = registersModel(scope);
  if (options.reduce) return exploreLarge(scope, model, options, bounds);
  const small = await searchWithGraph(model, { ...bounds.left(), graphTransitionsMax: GRAPH_TRANSITIONS_MAX });
  if (small === null) return exploreLarge(scope, model, options, bounds);
  return {
    ...stateByState(model, small),
    decisionReachability: await decisionReachability(model, scope, small, bounds.left()),
    stall: nearestStall(model, scope, small),
    longestRun: shortestRunTo(small, small.distinctStates - 1),
  };
}

/** Without its graph. */
async function exploreLarge(
  scope: Scope,
  model: RegistersModel,
  { symmetry, reduce, workers, stopAtViolation }: ExploreScopeOptions,
  bounds: Bounds,
): Promise<ScopeExploration> {
  const options = { ...bounds.left(), workers, stopAtViolation };
  const searched = reduce ? reducedRegistersModel(scope) : model;
  if (!symmetry) {
    const exploration = await explore(searched, options);
    const explored = stateByState(model, exploration);
    if (reduce) return { ...explored, vacuity: null };
    return { ...explored, decisionReachability: await decisionReachability(model, scope, exploration, bounds.left()) };
  }
  const canonicalizer = new Canonicalizer(searched, scope);
  // The forms are not handed on: they take memory that replay may need.
  const { forms, ...quotient } = await exploreQuotient(searched, canonicalizer, options);
  const explored = { ...quotient, ...NOT_JUDGED, model, graph: null };
  // What is left out of the interleavings may be what is never taken.
  if (reduce) return { ...explored, vacuity: null };
  const bounded = { forms, complete: quotient.complete };
  return {
    ...explored,
    decisionReachability: await decisionReachabilityUpTo(canonicalizer, model, scope, bounded, bounds.left()),
  };
}

/** What is judged on a stored graph, or on every state of the scope. */
const NOT_JUDGED = { decisionReachability: null, stall: null, longestRun: null };

/** @param model that of the scope, although its reduction may be what was explored: both take the same steps, but that one forgets */
function stateByState(model: RegistersModel, exploration: Exploration): ScopeExploration {
  const runs = Array.from(exploration.violations.keys(), (property) => {
    return [property, violatingRun(exploration, property)] as const;
  });
  // States are for the search alone.
  const { states: _, ...figures } = exploration;
  return {
    ...figures,
    ...NOT_JUDGED,
    model,
    representatives: null,
    violatingRuns: new Map(runs),
  };
}

/** What was given to explore, and what is left of it. */
class Bounds {
  readonly #options: ExploreScopeOptions;
  readonly #started_ms = performance.now();

  constructor(options: ExploreScopeOptions) {
    this.#options = options;
  }

  left(): ExploreOptions {
    const { statesMax, bytesMax, secondsMax, onProgress, signal } = this.#options;
    const elapsed_s = (performance.now() - this.#started_ms) / 1000;
    return {
      statesMax,
      onProgress,
      signal,
      ...(bytesMax === null ? {} : { bytesMax }),
      ...(secondsMax === null ? {} : { secondsMax: secondsMax - elapsed_s }),
    };
  }
}
