/** Verifies one quorum table: judges the rules, explores every interleaving of the scope, replays the implementation. */

import { type ClientDecisionTable, decisionTablesAlong } from "../../model/analysis/client-decision-tables.js";
import { exploreScope, type ScopeExploration } from "../../model/analysis/explore-scope.js";
import { Walk } from "../../model/kernel/index.js";
import { formatMessageStep } from "../../model/messages/message-steps.js";
import { contiguous } from "../../model/registers/contiguous.js";
import { stateTableOf, stepOf } from "../../model/registers/reading.js";
import { compressedRegisterSets, leadingRegisterSets, type Scope } from "../../model/registers/scope.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { judgeRules } from "../../spec/rules/judge.js";
import { agreementHolds, decidedValues } from "../../spec/state-table.js";
import type { ReplayOutcome } from "../replay/replay.js";
import { formatCount } from "../report/format-count.js";
import { explorationProgress } from "../report/progress-lines.js";
import type {
  Counterexample,
  ExplorationReport,
  MessageReplayReport,
  Report,
  VerifyOptions,
} from "../report/report.js";
import { conclude } from "./conclude.js";

/**
 * Throws RangeError where the options ask for a scope that the table does not have, or for what does not go together: replay of
 * freezes of single registers with freezing writes, of either of them with messages; a reduction of freezes of single registers.
 */
export async function verifyTable(file: string, table: QuorumTable, options: VerifyOptions): Promise<Report> {
  const rules = judgeRules(table);
  const scope = scopeOf(table, options);
  const exploration = await exploreScope(scope, {
    ...options,
    onProgress: (progress) => options.onProgress(explorationProgress(table.name, progress)),
  });
  const counterexample = counterexampleIn(exploration, scope);
  const replayed = options.replay ? await replay(scope, exploration, options) : null;
  const findings = {
    table,
    rules,
    exploration: explorationReport(exploration, scope, options),
    counterexample,
    decisionReachability: exploration.decisionReachability,
    stall: exploration.stall,
    decisionTables: options.decisionTable ? decisionTablesIn(exploration, scope) : null,
    replay: replayed?.report ?? null,
    divergence: replayed?.divergence ?? null,
    messageReplay: replayed?.report.agrees && options.messages ? await messageReplay(scope, options) : null,
  };
  const { messages, signal } = options;
  return { file, ...findings, ...conclude({ ...findings, messages, interrupted: signal.aborted }) };
}

/** Loaded when it is asked for, as the implementation is, and whatever drives it. */
async function replay(scope: Scope, exploration: ScopeExploration, options: VerifyOptions): Promise<ReplayOutcome> {
  const { replay } = await import("../replay/replay.js");
  return replay(scope, exploration, options);
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

const explorationReport = (exploration: ScopeExploration, scope: Scope, options: VerifyOptions): ExplorationReport => ({
  registerSets: scope.registerSets,
  values: scope.values,
  clients: scope.clients,
  variant: options.variant,
  distinctStates: exploration.distinctStates,
  transitions: exploration.transitions,
  depth: exploration.depth,
  complete: exploration.complete,
  vacuity: exploration.vacuity,
  stoppedBy: stoppedBy(exploration, options),
  representatives: exploration.representatives,
  reduced: options.reduce,
});

function stoppedBy(exploration: ScopeExploration, options: VerifyOptions): string | null {
  if (exploration.stoppedBy === null) return null;
  const covered = `with ${formatCount(exploration.distinctStates)} states explored; every run of up to ${exploration.depthCovered} steps was judged`;
  switch (exploration.stoppedBy) {
    case "states":
      return `the bound of ${formatCount(options.statesMax)} states kept was reached ${covered}`;
    case "memory":
      return `the bound on memory, ${memoryBound(options.bytesMax)}, was reached ${covered}`;
    case "time":
      return `the bound of ${options.secondsMax} ${options.secondsMax === 1 ? "second" : "seconds"} was reached ${covered}`;
    case "violation":
      return `the nearest violation was found ${covered}`;
    case "interrupted":
      return `interrupted ${covered}`;
  }
}

const memoryBound = (bytesMax: number | null): string =>
  bytesMax === null ? "half of what there is" : `${formatCount(bytesMax / 1e6)} MB`;

function decisionTablesIn({ model, violatingRuns, longestRun }: ScopeExploration, scope: Scope): ClientDecisionTable[] {
  const [nearest] = violatingRuns.values();
  return decisionTablesAlong(model, scope, nearest ?? longestRun ?? []);
}

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
