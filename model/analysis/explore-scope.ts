/** Explores a scope in whichever way is cheapest: with its graph, by one state of every orbit, or state by state. */
import {
  type Exploration,
  type ExplorationFigures,
  type ExploreOptions,
  explore,
  type Progress,
  type StateGraph,
  searchWithGraph,
  shortestRunTo,
  violatingRun,
} from "../kernel/index.js";
import { reducedRegistersModel } from "../registers/reduced.js";
import { type RegistersModel, registersModel } from "../registers/registers.js";
import type { Scope } from "../registers/scope.js";
import { variantOf } from "../registers/variant.js";
import { Canonicalizer } from "../symmetry/canonical-form.js";
import { exploreQuotient } from "../symmetry/quotient-search.js";
import {
  type DecisionReachability,
  decisionReachability,
  decisionReachabilityInGraph,
  type PossibleAlong,
} from "./decision-reachability.js";
import { nearestStall, type Stall } from "./stall.js";

export interface ScopeExploration extends ExplorationFigures {
  /** Whose steps the runs are made of. */
  readonly model: RegistersModel;
  /** How many states were expanded on behalf of all, or null where each one was. */
  readonly representatives: number | null;
  /** Whether only interleavings were explored that agreement depends on: counts are of these. */
  readonly reduced: boolean;
  /** Null where it is too large to keep. */
  readonly graph: StateGraph | null;
  readonly decisionReachability: DecisionReachability | null;
  /** Null where there is no graph. */
  readonly possibleAlong: PossibleAlong | null;
  readonly stall: Stall | null;
  /** A run to a state farthest from the initial one, as step numbers; null where states were not kept one by one. */
  readonly longestRun: readonly number[] | null;
  /**
   * For each property that fails somewhere: a run to such a state, as step numbers, shortest unless reduced; the
   * shortest of all first.
   */
  readonly violatingRuns: ReadonlyMap<string, readonly number[]>;
}

export interface ExploreScopeOptions extends Required<Pick<ExploreOptions, "signal">> {
  /** `what` is being explored, e.g. "exploring by symmetry": each begins anew with few states. */
  readonly onProgress: (what: string, progress: Progress) => void;
  /**
   * Explore one state of all that symmetries of the table and of the values make alike, where the graph is too large to
   * keep.
   */
  readonly symmetry: boolean;
  /** Explore only interleavings that agreement depends on. Not for what `isReducible` denies. */
  readonly reduce: boolean;
  /** Stop at the nearest violation. */
  readonly stopAtViolation: boolean;
  /**
   * The same two, where the graph is too large to keep: then `reduce` is tried after half of the time, if there is a
   * bound on it and the whole scope has come to no end by then.
   */
  readonly ifLarge: { readonly reduce: boolean; readonly stopAtViolation: boolean };
  /** Threads that explore. */
  readonly workers: number;
  /** Bounds on the exploration: states kept, bytes, seconds; null is none (for bytes: half of what the machine has). */
  readonly statesMax: number;
  readonly bytesMax: number | null;
  readonly secondsMax: number | null;
}

/** Graphs up to this number of transitions are kept, so that replay can cover every one of them. */
const GRAPH_TRANSITIONS_MAX = 120_000;

/** What goes on after the exploration, as a line of progress says it. */
const REACHABILITY = "asking from which states a decision can be reached";

/**
 * Whether a scope can be explored by the interleavings alone that agreement depends on (model/registers/reduced.ts).
 */
export const isReducible = (scope: Scope): boolean =>
  scope.table.selection !== "decision-table" && variantOf(scope).freezes === "row";

export async function exploreScope(scope: Scope, options: ExploreScopeOptions): Promise<ScopeExploration> {
  const bounds = new Bounds(options);
  const model = registersModel(scope);
  if (options.reduce) return exploreWithoutGraph(scope, model, options, bounds);
  const graphTransitionsMax = GRAPH_TRANSITIONS_MAX;
  const small = await searchWithGraph(model, { ...bounds.left("exploring"), graphTransitionsMax });
  if (small === null) return exploreLarge(scope, model, options, bounds);
  const { graph } = small;
  return {
    ...stateByState(model, small),
    ...(graph === null ? NOT_JUDGED : decisionReachabilityInGraph(model, scope, { ...small, graph })),
    stall: nearestStall(model, scope, small),
    longestRun: shortestRunTo(small, small.distinctStates - 1),
  };
}

/** As a whole, or if that comes to no end in time, reduced. */
async function exploreLarge(
  scope: Scope,
  model: RegistersModel,
  options: ExploreScopeOptions,
  bounds: Bounds,
): Promise<ScopeExploration> {
  const { ifLarge, signal } = options;
  const large = { ...options, stopAtViolation: options.stopAtViolation || ifLarge.stopAtViolation };
  if (!ifLarge.reduce) return exploreWithoutGraph(scope, model, large, bounds);
  const whole = await exploreWithoutGraph(scope, model, large, bounds.half());
  if (hasEnded(whole) || signal.aborted) return whole;
  const reduced = await exploreWithoutGraph(scope, model, { ...large, reduce: true }, bounds);
  return hasEnded(reduced) ? reduced : whole;
}

/** Whether all was explored that was to be. */
const hasEnded = ({ complete, stoppedBy }: ScopeExploration): boolean => complete || stoppedBy === "violation";

async function exploreWithoutGraph(
  scope: Scope,
  model: RegistersModel,
  { symmetry, reduce, workers, stopAtViolation }: ExploreScopeOptions,
  bounds: Bounds,
): Promise<ScopeExploration> {
  const what = ["exploring", ...(reduce ? ["what agreement depends on"] : []), ...(symmetry ? ["by symmetry"] : [])];
  const options = { ...bounds.left(what.join(" ")), workers, stopAtViolation };
  const searched = reduce ? reducedRegistersModel(scope) : model;
  if (!symmetry) {
    const exploration = await explore(searched, options);
    const explored = { ...stateByState(model, exploration), reduced: reduce };
    if (reduce) return { ...explored, vacuity: null };
    const further = bounds.left(REACHABILITY);
    const states = { exploration, symmetry: null };
    return { ...explored, decisionReachability: await decisionReachability(model, scope, states, further) };
  }
  const canonicalizer = new Canonicalizer(searched, scope);
  // The forms are not handed on: they take memory that replay may need.
  const { forms, ...quotient } = await exploreQuotient(searched, canonicalizer, options);
  const explored = { ...quotient, ...NOT_JUDGED, model, graph: null, reduced: reduce };
  // What is left out of the interleavings may be what is never taken.
  if (reduce) return { ...explored, vacuity: null };
  const states = { exploration: forms, symmetry: canonicalizer };
  const further = bounds.left(REACHABILITY);
  return { ...explored, decisionReachability: await decisionReachability(model, scope, states, further) };
}

/** What is judged on a stored graph, or on every state of the scope. */
const NOT_JUDGED = { decisionReachability: null, possibleAlong: null, stall: null, longestRun: null };

/**
 * @param model that of the scope, although its reduction may be what was explored: both take the same steps, but that
 *   one forgets
 */
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
    reduced: false,
    violatingRuns: new Map(runs),
  };
}

/** What was given to explore, and what is left of it. */
class Bounds {
  readonly #options: ExploreScopeOptions;
  readonly #end_ms: number | null;

  constructor(options: ExploreScopeOptions, end_ms = endOf(options)) {
    this.#options = options;
    this.#end_ms = end_ms;
  }

  /** The same bounds, with half of the time that is left. */
  half(): Bounds {
    const now_ms = performance.now();
    return new Bounds(this.#options, this.#end_ms === null ? null : (now_ms + this.#end_ms) / 2);
  }

  /** @param what is to be done, for whoever watches */
  left(what: string): ExploreOptions {
    const { statesMax, bytesMax, onProgress, signal } = this.#options;
    return {
      statesMax,
      onProgress: (progress) => onProgress(what, progress),
      signal,
      ...(bytesMax === null ? {} : { bytesMax }),
      ...(this.#end_ms === null ? {} : { secondsMax: (this.#end_ms - performance.now()) / 1000 }),
    };
  }
}

const endOf = ({ secondsMax }: ExploreScopeOptions): number | null =>
  secondsMax === null ? null : performance.now() + secondsMax * 1000;
