/** What is found out of a table: what the rules answer at once, and then the evidence; and what both come to. */

import { type ClientDecisionTable, decisionTablesAlong } from "../../model/analysis/client-decision-tables.js";
import { exploreScope, isReducible, type ScopeExploration } from "../../model/analysis/explore-scope.js";
import { Walk } from "../../model/kernel/index.js";
import { stateTableOf, stepOf } from "../../model/registers/reading.js";
import { registersModel } from "../../model/registers/registers.js";
import { compressedRegisterSets, leadingRegisterSets, type Scope } from "../../model/registers/scope.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { judgeRules } from "../../spec/rules/judge.js";
import type { RuleJudgement } from "../../spec/rules/judgement.js";
import { agreementHolds, decidedValues } from "../../spec/state-table.js";
import type { ReplayOutcome } from "../replay/replay.js";
import type { MessageReplayReport, ReplicaReport } from "../replay/replay-report.js";
import { explorationProgress } from "../words/progress-lines.js";
import { answerByTheorem } from "./answer.js";
import { conclude } from "./conclude.js";
import { explorationReport, refuseContradiction } from "./exploration-report.js";
import type { Answer, Counterexample, ScopeRequest, Verification, VerifyOptions } from "./report.js";

/** What exploration and replay have found, whatever the table and its file are called. */
export type Evidence = Pick<
  Verification,
  | "exploration"
  | "counterexample"
  | "decisionReachability"
  | "stillPossible"
  | "stall"
  | "decisionTables"
  | "replay"
  | "divergence"
  | "messageReplay"
  | "replicas"
>;

/** What is known before anything is explored. */
export interface Judged {
  readonly file: string;
  readonly scope: Scope;
  readonly rules: readonly RuleJudgement[];
  readonly answer: Answer | null;
  /** The run of the answer, as step numbers. */
  readonly run: readonly number[] | null;
}

export function judgeTable(file: string, table: QuorumTable, options: ScopeRequest): Judged {
  const rules = judgeRules(table);
  const scope = scopeOf(table, options);
  const answered = answerByTheorem(file, rules, registersModel(scope), scope);
  return { file, scope, rules, answer: answered?.answer ?? null, run: answered?.run ?? null };
}

/** What drives an implementation along the explored runs, where there is one. */
export interface Replayers {
  /** Null for whole nodes, which do not take the steps of the model. */
  readonly replay:
    | ((scope: Scope, exploration: ScopeExploration, runs: readonly (readonly number[])[]) => Promise<ReplayOutcome>)
    | null;
  /** Null where the message model is not asked for. */
  readonly messages: ((scope: Scope) => Promise<MessageReplayReport>) | null;
  /** Null but for whole nodes. */
  readonly replicas: (() => Promise<ReplicaReport>) | null;
}

/** @param replayers null: the implementation is left alone */
export async function gatherEvidence(
  { scope, answer, run }: Judged,
  options: VerifyOptions,
  replayers: Replayers | null,
): Promise<Evidence> {
  const exploration = await exploreScope(scope, explorationOptions(scope, run !== null, options));
  refuseContradiction(answer, exploration);
  const explored = counterexampleIn(exploration, scope);
  const runs = [...(run === null ? [] : [run]), ...exploration.violatingRuns.values()];
  const replayed = (await replayers?.replay?.(scope, exploration, runs)) ?? null;
  const counterexample = shorter(answer?.counterexample ?? null, explored);
  const shown = counterexample?.steps ?? exploration.decisionReachability?.steps ?? null;
  return {
    exploration: explorationReport(exploration, scope, options),
    counterexample,
    decisionReachability: exploration.decisionReachability,
    stillPossible: (shown && exploration.possibleAlong?.(shown)) ?? null,
    stall: exploration.stall,
    decisionTables: options.decisionTable ? decisionTablesIn(exploration, scope, runs[0]) : null,
    replay: replayed?.report ?? null,
    divergence: replayed?.divergence ?? null,
    messageReplay: replayed?.report.agrees ? ((await replayers?.messages?.(scope)) ?? null) : null,
    replicas: (await replayers?.replicas?.()) ?? null,
  };
}

export function concluded(
  { file, scope, rules, answer }: Judged,
  evidence: Evidence,
  { messages, signal }: Pick<VerifyOptions, "messages" | "signal">,
): Verification {
  const findings = { file, table: scope.table, rules, answer, ...evidence };
  return { ...findings, ...conclude({ ...findings, messages, interrupted: signal.aborted }) };
}

/** Where a run is known, further violations are of little interest; where it takes long, so are most interleavings. */
function explorationOptions(scope: Scope, isRunKnown: boolean, options: VerifyOptions) {
  const { exhaust, symmetry, reduce, stopAtViolation, workers, statesMax, bytesMax, secondsMax, signal } = options;
  return {
    ...{ symmetry, reduce, stopAtViolation, workers, statesMax, bytesMax, secondsMax, signal },
    ifLarge: { reduce: !exhaust && isReducible(scope), stopAtViolation: !exhaust && isRunKnown },
    onProgress: (what: string, progress: Parameters<typeof explorationProgress>[2]) =>
      options.onProgress(explorationProgress(scope.table.name, what, progress)),
  };
}

/** The constructed one, unless exploration has found a shorter. */
const shorter = (constructed: Counterexample | null, explored: Counterexample | null): Counterexample | null =>
  constructed === null || (explored !== null && explored.length < constructed.length) ? explored : constructed;

function scopeOf(table: QuorumTable, { registerSets, values, clients, variant }: ScopeRequest): Scope {
  return {
    table,
    registerSets: registerSets === null ? compressedRegisterSets(table) : leadingRegisterSets(table, registerSets),
    values: values ?? Math.max(2, clients ?? 0),
    clients,
    variant,
  };
}

/** Along the violating run, or along one to a state farthest from the initial one. */
const decisionTablesIn = (
  { model, longestRun }: ScopeExploration,
  scope: Scope,
  violatingRun: readonly number[] | undefined,
): ClientDecisionTable[] => decisionTablesAlong(model, scope, violatingRun ?? longestRun ?? []);

/** The nearest violation, with one of the shortest runs to it. */
function counterexampleIn({ violatingRuns, model }: ScopeExploration, scope: Scope): Counterexample | null {
  const [nearest] = violatingRuns;
  if (nearest === undefined) return null;
  const [property, run] = nearest;
  const { table } = scope;
  const walk = new Walk(model);
  for (const step of run) walk.take(step);
  const reached = stateTableOf(model, scope);
  // The model judges packed cells, spec a state table: two readings of "decided" that must not differ.
  if (property === "agreement" && agreementHolds(table, reached)) {
    throw new Error(`model and spec disagree about agreement in ${table.name}`);
  }
  return {
    length: run.length,
    property: property as Counterexample["property"],
    steps: run.map((step) => stepOf(model, scope, step)),
    decided: decidedValues(table, reached).sort(),
  };
}
