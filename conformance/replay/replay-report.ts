/** What came of a replay, of whatever kind: the objects that verdicts are made of, and reports. */
import type { MessageStep } from "../../model/messages/message-steps.js";
import type { StateTable } from "../../spec/state-table.js";
import type { Role } from "../adapter/capabilities.js";
import type { ShownRun } from "../maelstrom/maelstrom.js";
import type { Deviation } from "../maelstrom/plan.js";
import type { Level, RequestCounts } from "../maelstrom/search.js";

export interface ReplayReport {
  readonly traces: number;
  readonly steps: number;
  /** Of the explored graph's transitions, how many some trace took, and how many there are. */
  readonly transitionsCovered: number;
  readonly transitionsReachable: number;
  readonly agrees: boolean;
  /** Why it ended before it had taken all that it was to take; null where it had. */
  readonly stoppedBy: "time" | "interrupted" | null;
  /** Traces of the above that ran over real TCP servers with logs on disk. */
  readonly tracesOverTcp: number;
  /**
   * The scope one register set deeper than the explored one, where selection has a choice to make; null where the
   * table has none.
   */
  readonly deeper: ReplayedScope | null;
  readonly seed: number;
  /** Whose servers were replayed; null for ours. */
  readonly adapter: AdapterReport | null;
}

/** Foreign code that was replayed. */
export interface AdapterReport {
  readonly command: string;
  readonly role: Role;
  /** What it does otherwise than our servers, and may: a sentence each. */
  readonly freedoms: readonly string[];
  /** What could not be tried with it: a sentence each. */
  readonly notTested: readonly string[];
}

/** The message-level model against the implementation (--messages). */
export interface MessageReplayReport {
  readonly traces: number;
  readonly steps: number;
  readonly transitionsCovered: number;
  readonly transitionsReachable: number;
  readonly tracesOverTcp: number;
  readonly killsOverTcp: number;
  readonly agrees: boolean;
  /** What differs, in one sentence, and the steps that show it, a line each; null iff the two agree. */
  readonly divergence: { readonly what: string; readonly steps: readonly string[] } | null;
  /** That of the difference; else an eventful one of those over TCP. Null where none was taken. */
  readonly run: MessageRunReport | null;
}

export interface MessageRunReport {
  readonly registerSets: readonly number[];
  readonly steps: readonly MessageStep[];
  /** What the model has on the servers' disks before the run and after each step. */
  readonly states: readonly StateTable[];
  /** What is on the implementation's disks at the end; null where the two agree. */
  readonly implementation: StateTable | null;
}

/** Whole nodes of an adapter under chosen schedules. */
export interface ReplicaReport {
  readonly command: string;
  /** How many plans were played of those that are known, by their deviations from an undisturbed run. */
  readonly levels: readonly Level[];
  /** Of these. */
  readonly differentRuns: number;
  /** Of these. */
  readonly requests: RequestCounts;
  /** Runs in which everything is drawn by chance. */
  readonly drawn: number;
  /** Whether nodes were crashed. */
  readonly crashes: boolean;
  /** Whether messages came twice. */
  readonly duplicates: boolean;
  readonly seed: number;
  readonly agrees: boolean;
  /** Why it ended before it had taken as many runs as it was to take; null where it had. */
  readonly stoppedBy: "time" | "interrupted" | null;
  /**
   * What clients were told that must not be, in one sentence without its end, and the run that shows it; null iff all
   * agrees.
   */
  readonly divergence: {
    readonly what: string;
    /** Null where the run was drawn by chance. */
    readonly deviations: readonly Deviation[] | null;
    readonly run: Pick<ShownRun, "steps" | "exchanges">;
    /** Whether what is not needed was left out of the run. */
    readonly isShortened: boolean;
  } | null;
}

export interface ReplayedScope {
  readonly registerSets: readonly number[];
  readonly traces: number;
  readonly steps: number;
  readonly transitionsCovered: number;
  /** Null where the scope is too large to count. */
  readonly transitionsReachable: number | null;
}
