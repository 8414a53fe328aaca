/**
 * Verifies one quorum table: judges the rules, which answer at once; then explores the interleavings of the scope and
 * replays the implementation, which is the evidence.
 */

import { type ClientDecisionTable, decisionTablesAlong } from "../../model/analysis/client-decision-tables.js";
import { exploreScope, isReducible, type ScopeExploration } from "../../model/analysis/explore-scope.js";
import { Walk } from "../../model/kernel/index.js";
import { formatMessageStep } from "../../model/messages/message-steps.js";
import { contiguous } from "../../model/registers/contiguous.js";
import { stateTableOf, stepOf } from "../../model/registers/reading.js";
import { registersModel } from "../../model/registers/registers.js";
import { compressedRegisterSets, leadingRegisterSets, type Scope } from "../../model/registers/scope.js";
import { hasElections, type QuorumTable } from "../../spec/quorum-table.js";
import { judgeRules } from "../../spec/rules/judge.js";
import { agreementHolds, decidedValues } from "../../spec/state-table.js";
import type { Foreign } from "../replay/registers/subjects.js";
import type { ReplayOptions, ReplayOutcome } from "../replay/replay.js";
import { explorationProgress } from "../report/progress-lines.js";
import type { Counterexample, MessageReplayReport, Verification, VerifyOptions } from "../report/report.js";
import { answerByTheorem } from "./answer.js";
import { conclude } from "./conclude.js";
import { explorationReport, refuseContradiction } from "./exploration-report.js";

/**
 * Throws RangeError where the options ask for a scope that the table does not have, or for what does not go together: replay of
 * freezes of single registers with freezing writes, of either of them with messages; a reduction of freezes of single registers.
 * Throws AdapterError where an adapter does not keep to its protocol, AdapterMisfit where it is not what the options ask for.
 * Throws Error where the rules and the explorer contradict each other.
 */
export async function verifyTable(file: string, table: QuorumTable, options: VerifyOptions): Promise<Verification> {
  if (options.adapter === null) return verifyWith(null, file, table, options);
  const { withForeign } = await import("./with-foreign.js");
  return withForeign(options, table, (foreign, variant) => verifyWith(foreign, file, table, { ...options, variant }));
}

async function verifyWith(
  foreign: Foreign | null,
  file: string,
  table: QuorumTable,
  options: VerifyOptions,
): Promise<Verification> {
  const rules = judgeRules(table);
  const scope = scopeOf(table, options);
  const answered = answerByTheorem(file, rules, registersModel(scope), scope);
  const answer = answered?.answer ?? null;
  if (answer !== null) options.onAnswer(answer);
  const exploration = await exploreScope(scope, explorationOptions(scope, answered?.run != null, options));
  refuseContradiction(answer, exploration);
  const explored = counterexampleIn(exploration, scope);
  const runs = [...(answered?.run ? [answered.run] : []), ...exploration.violatingRuns.values()];
  const replayed =
    options.replay && !hasElections(table) ? await replay(scope, exploration, runs, { ...options, foreign }) : null;
  const findings = {
    file,
    table,
    rules,
    answer,
    exploration: explorationReport(exploration, scope, options),
    counterexample: shorter(answer?.counterexample ?? null, explored),
    decisionReachability: exploration.decisionReachability,
    stall: exploration.stall,
    decisionTables: options.decisionTable ? decisionTablesIn(exploration, scope, runs[0]) : null,
    replay: replayed?.report ?? null,
    divergence: replayed?.divergence ?? null,
    messageReplay: replayed?.report.agrees && options.messages ? await messageReplay(scope, options) : null,
  };
  const { messages, signal } = options;
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

/** Loaded when it is asked for, as the implementation is, and whatever drives it. */
async function replay(
  scope: Scope,
  exploration: ScopeExploration,
  runs: readonly (readonly number[])[],
  options: ReplayOptions,
): Promise<ReplayOutcome> {
  const { replay } = await import("../replay/replay.js");
  return replay(scope, exploration, runs, options);
}

async function messageReplay(scope: Scope, options: VerifyOptions): Promise<MessageReplayReport> {
  const { replayMessages } = await import("../replay/messages/replay-messages.js");
  const { divergence, ...replayed } = await replayMessages(contiguous(scope), options);
  const { traces, steps, transitionsCovered, transitionsReachable, tracesOverTcp, killsOverTcp } = replayed;
  return {
    traces,
    steps,
    transitionsCovered,
    transitionsReachable,
    tracesOverTcp,
    killsOverTcp,
    agrees: divergence === null,
    divergence: divergence && { what: divergence.what, steps: divergence.steps.map(formatMessageStep) },
  };
}

function scopeOf(table: QuorumTable, { registerSets, values, clients, variant }: VerifyOptions): Scope {
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
