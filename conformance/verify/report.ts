/** What `verify` found out about one table: the object behind both the text and the JSON output. */

import type { ClientDecisionTable } from "../../model/analysis/client-decision-tables.js";
import type { DecisionReachability } from "../../model/analysis/decision-reachability.js";
import type { ExploreScopeOptions } from "../../model/analysis/explore-scope.js";
import type { Stall } from "../../model/analysis/stall.js";
import type { Vacuity } from "../../model/kernel/index.js";
import type { Variant } from "../../model/registers/variant.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import type { Value } from "../../spec/register.js";
import type { RuleJudgement, RuleName } from "../../spec/rules/judgement.js";
import type { Step, Trace } from "../../spec/trace.js";
import type { AdapterOptions } from "../adapter/adapter.js";
import type { Divergence } from "../replay/lockstep/take-run.js";
import type { MessageReplayReport, ReplayReport, ReplicaReport } from "../replay/replay-report.js";
import type { SampleSize } from "../replay/samples.js";

export type Verdict = "safe" | "unsafe" | "inconclusive" | "diverges";

/**
 * What is proved, and by what: agreement by the cutoff theorem from these rules; that it is broken by a run,
 * constructed from the quorums or explored, and whether none is shorter as far as is known; or that nothing of the
 * scope breaks it, although the rules say that other scopes do.
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
   * Actions that no reachable state enables, and properties whose premise holds in none. Null where not every state was
   * explored, or interleavings were left out: nothing is claimed then.
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
  /**
   * Of the run that was constructed and of the one that was explored, the shorter; the constructed one if both are as
   * short.
   */
  readonly counterexample: Counterexample | null;
  /** Null where not every state of the scope was explored, or a bound left no time for it. */
  readonly decisionReachability: DecisionReachability | null;
  /**
   * Which values could still be decided before the first step and after each: of the counterexample, else of the run
   * after which no decision can be reached. Null where neither is, or no graph was kept.
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
