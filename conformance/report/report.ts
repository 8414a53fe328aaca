/** What `verify` found out about one table: the object behind both the text and the JSON output. */

import type { ClientDecisionTable } from "../../model/analysis/client-decision-tables.js";
import type { DecisionReachability } from "../../model/analysis/decision-reachability.js";
import type { ExploreScopeOptions } from "../../model/analysis/explore-scope.js";
import type { Stall } from "../../model/analysis/stall.js";
import type { Vacuity } from "../../model/kernel/index.js";
import type { MessageStep } from "../../model/messages/message-steps.js";
import type { Variant } from "../../model/registers/variant.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import type { Value } from "../../spec/register.js";
import type { RuleJudgement, RuleName } from "../../spec/rules/judgement.js";
import type { StateTable } from "../../spec/state-table.js";
import type { Step, Trace } from "../../spec/trace.js";
import type { AdapterOptions } from "../adapter/adapter.js";
import type { Role } from "../adapter/capabilities.js";
import type { ShownRun } from "../maelstrom/maelstrom.js";
import type { Deviation } from "../maelstrom/plan.js";
import type { Level, RequestCounts } from "../maelstrom/search.js";
import type { Divergence } from "../replay/lockstep/take-run.js";
import type { SampleSize } from "../replay/samples.js";

export type Verdict = "safe" | "unsafe" | "inconclusive" | "diverges";

/**
 * What is proved, and by what: agreement by the cutoff theorem from these rules; that it is broken by a run, constructed
 * from the quorums or explored, and whether none is shorter as far as is known; or that nothing of the scope breaks it,
 * although the rules say that other scopes do.
 */
export type Proof =
  | { readonly by: "theorem"; readonly rules: readonly RuleName[] }
  | { readonly by: "run"; readonly constructed: boolean; readonly shortest: boolean }
  | { readonly by: "exhaustion" };

/** What the rules say, before anything is explored. */
export interface Answer {
  readonly file: string;
  readonly table: QuorumTable;
  /** Those of the scope. */
  readonly registerSets: readonly number[];
  readonly rules: readonly RuleJudgement[];
  readonly verdict: "safe" | "unsafe";
  readonly proof: Proof;
  /** Null iff safe. */
  readonly counterexample: Counterexample | null;
  /** One sentence. */
  readonly because: string;
}

export interface ExplorationReport {
  /** The explored register sets, ascending, by their real index in the table. */
  readonly registerSets: readonly number[];
  /** How many values clients may propose. */
  readonly values: number;
  /** How many fixed clients take turns, or null where inputs are free. */
  readonly clients: number | null;
  /** What servers do in one step. */
  readonly variant: Variant;
  readonly distinctStates: number;
  /** Every generated successor, with repeats. */
  readonly transitions: number;
  /** Steps from the initial state to the farthest state. */
  readonly depth: number;
  readonly complete: boolean;
  /** Every run of up to this number of steps was judged. */
  readonly depthCovered: number;
  /**
   * Actions that no reachable state enables, and properties whose premise holds in none. Null where not every state was explored, or
   * interleavings were left out: nothing is claimed then.
   */
  readonly vacuity: Vacuity | null;
  /** Which bound ended the exploration, as a sentence; null when complete. */
  readonly stoppedBy: string | null;
  /** How many states stood for all that symmetry makes alike; null where every state was explored by itself. */
  readonly representatives: number | null;
  /**
   * Whether interleavings were left out that agreement does not depend on: counts are of what is left, and a run may
   * be longer than the shortest.
   */
  readonly reduced: boolean;
}

export interface Counterexample {
  /** Steps of the run. */
  readonly length: number;
  readonly property: "agreement" | "non-triviality";
  readonly steps: Trace;
  readonly decided: readonly Value[];
}

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
  /** What clients were told that must not be, in one sentence without its end, and the run that shows it; null iff all agrees. */
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

export interface Report extends Verification {
  /** What is sound in the file but was hardly meant, a sentence each. */
  readonly warnings: readonly string[];
}

/** What was found out about the table, however its file is written. */
export interface Verification {
  readonly file: string;
  readonly table: QuorumTable;
  /** Null where the rules do not answer what was asked. */
  readonly answer: Answer | null;
  readonly verdict: Verdict;
  /** Null where nothing is proved. */
  readonly proof: Proof | null;
  readonly rules: readonly RuleJudgement[];
  readonly exploration: ExplorationReport;
  /** Of the run that was constructed and of the one that was explored, the shorter; the constructed one if both are as short. */
  readonly counterexample: Counterexample | null;
  /** Null where not every state of the scope was explored, or a bound left no time for it. */
  readonly decisionReachability: DecisionReachability | null;
  /**
   * Which values could still be decided before the first step and after each: of the counterexample, else of the run after which no
   * decision can be reached. Null where neither is, or no graph was kept.
   */
  readonly stillPossible: readonly (readonly Value[])[] | null;
  /**
   * The nearest state in which a client waits for more than a phase-1 quorum; null if there is none, or no graph was
   * kept.
   */
  readonly stall: Stall | null;
  /**
   * With --decision-table: along the shortest violating run, or along a run to a state farthest from the initial one.
   */
  readonly decisionTables: readonly ClientDecisionTable[] | null;
  /** Null with --no-replay, and with an adapter that is a replica. */
  readonly replay: ReplayReport | null;
  readonly divergence: Divergence<Step> | null;
  /** Null unless --messages asked for it, and the replay of the register model agreed. */
  readonly messageReplay: MessageReplayReport | null;
  /** Null but with an adapter that is a replica. */
  readonly replicas: ReplicaReport | null;
  /** Why the verdict is what it is: one sentence. */
  readonly because: string;
  /** What was proved by theorem, what by exhaustion of which scope, and what is a bounded result only: one sentence. */
  readonly proved: string;
  /** What the verdict does not cover: one sentence each. */
  readonly notExplored: readonly string[];
}

/** What of a table is explored, as somebody asks for it. */
export interface ScopeRequest {
  /** Explore sets 0..registerSets-1 as they stand; null = the compressed scope. */
  readonly registerSets: number | null;
  /** Null = 2, or as many as there are fixed clients. */
  readonly values: number | null;
  readonly clients: number | null;
  /** What servers do in one step, in the model and in the implementation that is replayed. */
  readonly variant: Variant;
}

export interface VerifyOptions extends ScopeRequest, Omit<ExploreScopeOptions, "onProgress" | "ifLarge"> {
  /** Explore the whole scope however large it is: every interleaving, and beyond violations. */
  readonly exhaust: boolean;
  readonly replay: boolean;
  readonly seed: number;
  /** How much replay draws of what it cannot try whole. */
  readonly samples: SampleSize;
  /** Foreign code to be replayed in the place of our servers; null for ours. */
  readonly adapter: AdapterOptions | null;
  /** Replay the message-level model too. */
  readonly messages: boolean;
  /** Show what the clients of a run knew. */
  readonly decisionTable: boolean;
  /** Called now and then during long work with one line for a person. */
  readonly onProgress: (line: string) => void;
  /** Called as soon as the rules have answered; not at all where they do not. */
  readonly onAnswer: (answer: Answer) => void;
}
