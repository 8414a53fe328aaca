/** What an exploration is asked and what it answers. */

import type { Model } from "../declaration/model.js";
import type { StateGraph } from "../store/graph.js";

export interface ExploreOptions {
  /** Threads, the calling one included; 1 unless given. More than one needs a model that is in model/registry.ts. */
  readonly workers?: number;
  /** Stop, incomplete, when this many distinct states are known; several hundred more may have been found by then. */
  readonly statesMax?: number;
  /** Stop, incomplete, before states and tables take more bytes; unless given, half of what the machine has. */
  readonly bytesMax?: number;
  /** Stop, incomplete, after this number of seconds. */
  readonly secondsMax?: number;
  /** Stop as soon as the nearest violation is known, without expanding the states that are as far as it. */
  readonly stopAtViolation?: boolean;
  /**
   * Keep the graph as long as it has no more than this many transitions, and fits `bytesMax`; 0 (the default) keeps
   * none.
   */
  readonly graphTransitionsMax?: number;
  /** Called about ten times a second. */
  readonly onProgress?: (progress: Progress) => void;
  /** Aborting ends the exploration early: what was found stands, and `complete` is false. */
  readonly signal?: AbortSignal;
  /**
   * For tests and benchmarks only.
   *
   * @internal
   */
  readonly tuning?: Partial<Tuning>;
}

/** Sizes that never change what is found. */
export interface Tuning {
  /** Slots of the first table, a power of two. */
  readonly slots: number;
  /**
   * The sizes of the tables that follow it, ascending; where these end, each follows from the one before
   * (visited-set-choice.ts).
   */
  readonly nextSlots: readonly number[];
  /** States that the first log has room for. */
  readonly logStates: number;
  /** Other threads join at this number of states: starting them takes about as long as finding these. */
  readonly parallelFromStates: number;
  /** Or after this time, where states take longer. */
  readonly parallelFrom_ms: number;
  /** Other threads take part in a level that has this number of blocks left. */
  readonly parallelFromBlocks: number;
  /**
   * Targets are copied from the graph from this state on (squares.ts): the code for it takes as long to compile as
   * these to look up.
   */
  readonly squaresFromStates: number;
  /** Whether the search waits until they have started, instead of going on meanwhile. */
  readonly awaitsWorkers: boolean;
}

export interface Progress {
  readonly distinctStates: number;
  readonly transitions: number;
  readonly depth: number;
  /** States found and not yet expanded. */
  readonly frontier: number;
  readonly bytes: number;
  readonly elapsed_ms: number;
}

/** The states at one distance from the initial state, by number: first..end-1, some of which may stand for no state. */
export interface Level {
  readonly first: number;
  readonly end: number;
}

/** Every state found, packed and numbered. Numbers ascend with depth; with one thread they have no gaps. */
export interface FoundStates {
  /** State n stands at n * wordsPerState. */
  readonly packed: Int32Array;
  /** levels[d]: the states at depth d. */
  readonly levels: readonly Level[];
  /** The numbers of a level's states, as ranges `[first, end)` without gaps. */
  readonly rangesOf: (level: Level) => Iterable<readonly [first: number, end: number]>;
}

export type StopReason = "states" | "memory" | "time" | "interrupted" | "violation";

/** What never happens in any reachable state, so that nothing was shown of it. */
export interface Vacuity {
  /** Actions that are enabled in no reachable state, in the order in which they are declared. */
  readonly neverTaken: readonly string[];
  /** Properties whose premise holds in no reachable state, in the order in which they are declared. */
  readonly vacuous: readonly string[];
}

/** What every way of exploring finds, the same whichever way it is. */
export interface ExplorationFigures {
  readonly distinctStates: number;
  /** Every generated successor, with repeats. */
  readonly transitions: number;
  /** Steps from the initial state to the farthest state found. */
  readonly depth: number;
  readonly complete: boolean;
  readonly stoppedBy: StopReason | null;
  /**
   * Every state that a run of at most this number of steps reaches was found and judged; equals `depth` if complete.
   */
  readonly depthCovered: number;
  /**
   * Null unless complete, and if a bound leaves no time for it: what was not seen may be in states that were not,
   * either.
   */
  readonly vacuity: Vacuity | null;
}

export interface Exploration extends ExplorationFigures {
  readonly model: Model;
  /** @internal */
  readonly states: FoundStates;
  /**
   * For each property that fails somewhere: how many steps a shortest run to such a state has (violatingRun finds it).
   * The nearest come first, and of those that are as near, those that are declared first.
   */
  readonly violations: ReadonlyMap<string, number>;
  /** Null if it was not asked for, grew too large, or the exploration is not complete. */
  readonly graph: StateGraph | null;
  /** What states and tables take at the end. */
  readonly bytes: number;
}
