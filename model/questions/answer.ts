/** What is asked of a model, and what comes of it. */
import type { ExploreOptions, Model, StopReason } from "../kernel/index.js";

/** As `verify` bounds its exploration. */
export type Bounds = Pick<
  ExploreOptions,
  "workers" | "statesMax" | "bytesMax" | "secondsMax" | "onProgress" | "signal"
> & {
  /** Whether scopes that are large may be explored by one state of all that differ by names. */
  readonly symmetry: boolean;
};

/**
 * A state predicate with its name: `a value is chosen`. What members of symmetric index sets are called must not matter
 * to it, as it must not to properties, where states are explored up to that.
 */
export interface Goal {
  readonly name: string;
  /** How many values each parameter has: it is reached where it holds for some of them. Left out, it takes none. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** Asked of the state at work. */
  readonly holds: (...parameters: number[]) => boolean;
}

/** A more abstract model, and how a state of the model at hand looks there. */
export interface Abstraction {
  readonly name: string;
  readonly model: Model;
  /** Writes the abstract state, which is empty when it is called, from the state at work. */
  readonly map: () => void;
}

/** What the protocol's processes have seen once a run is over, for `similarity`. */
export interface FinalViews {
  /** Whether the run is over in the state at work: every process that is still there must decide now. */
  readonly isOver: () => boolean;
  /** What each of them has seen, as text that says whose view it is; those that have crashed are left out. */
  readonly views: () => readonly string[];
  /** The values that may be decided in this run. */
  readonly valid: () => readonly number[];
  readonly valueNames: readonly string[];
}

/** What can be asked of a model. */
export type Question =
  /** The properties of the model, of states and of transitions. */
  | { readonly ask: "invariant" }
  /** From some state the goal cannot be reached any more. */
  | { readonly ask: "stuck"; readonly goal: Goal }
  /** Which of these can still come about, by state. */
  | { readonly ask: "valence"; readonly decided: readonly Goal[] }
  /** A fair run that never reaches the goal. */
  | { readonly ask: "lasso"; readonly goal: Goal }
  /** Whether any protocol of this depth solves consensus. */
  | { readonly ask: "similarity"; readonly final: FinalViews }
  /** Each step is one of a more abstract model, or changes nothing there. */
  | { readonly ask: "refines"; readonly abstraction: Abstraction };

/** What comes of a question; which of them can come depends on what is asked. */
export type Verdict = "holds" | "broken" | "stuck" | "impossible" | "solvable" | "inconclusive";

/** From a view that forces one value to a view that forces another: views, and the runs that two of them share. */
export interface Chain {
  readonly links: readonly ChainLink[];
}

/** A view, and how it forces the next one. */
export interface ChainLink {
  readonly view: string;
  /** What may be decided in every run with this view. */
  readonly values: readonly string[];
  /** A run with this view and the next one's, as step numbers; null for the last. */
  readonly run: readonly number[] | null;
  /**
   * Of the first and the last, a run with this view in which nothing else may be decided; null if it takes several
   * runs.
   */
  readonly forcedBy: readonly number[] | null;
}

/** From how many states just these outcomes can still come about. */
export interface Valence {
  readonly values: readonly string[];
  readonly states: number;
}

/** What comes of one question; what is not about it is null. */
export interface Answer {
  readonly ask: Question["ask"];
  readonly verdict: Verdict;
  /** What does not hold, or null. */
  readonly property: string | null;
  readonly distinctStates: number;
  /** Every generated successor, with repeats. */
  readonly transitions: number;
  /** Steps from the initial state to the farthest one. */
  readonly depth: number;
  readonly complete: boolean;
  /** Null where every reachable state was explored. */
  readonly stoppedBy: StopReason | null;
  /** How many states were looked at for all of them, or null without symmetry. */
  readonly representatives: number | null;
  /** A shortest run to the harm, as step numbers; of a lasso, its stem. */
  readonly run: readonly number[] | null;
  /** The steps that come round for ever; empty where nothing has to happen any more. */
  readonly cycle: readonly number[] | null;
  /** For `similarity`: of views that share runs. */
  readonly components: number | null;
  readonly chain: Chain | null;
  readonly valences: readonly Valence[] | null;
  /** What nothing was shown of, a clause each. */
  readonly vacuous: readonly string[];
}

export const NOTHING_FOUND = {
  property: null,
  run: null,
  cycle: null,
  components: null,
  chain: null,
  valences: null,
  vacuous: [],
} as const;
