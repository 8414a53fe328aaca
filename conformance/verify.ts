/** Verifies one quorum table: judges the rules, explores every interleaving of the scope, replays the implementation. */
import type { Exploration } from "../model/kernel/explore.js";
import { explore, loadState, nearestViolation } from "../model/kernel/explore.js";
import { shortestRunTo } from "../model/kernel/shortest-run.js";
import { stateTableOf, stepOf } from "../model/registers/reading.js";
import { type RegistersModel, registersModel } from "../model/registers/registers.js";
import { compressedRegisterSets, leadingRegisterSets, type Scope } from "../model/registers/scope.js";
import type { QuorumTable } from "../spec/quorum-table.js";
import { judgeRules } from "../spec/rules/judge.js";
import { agreementHolds, decidedValues } from "../spec/state-table.js";
import { conclude } from "./conclude.js";
import { explorationProgress } from "./progress-lines.js";
import { replay } from "./replay/replay.js";
import type { Counterexample, ExplorationReport, Report, VerifyOptions } from "./report.js";

/** Beyond this the state store would outgrow the machine; the verdict then is inconclusive. */
const STATES_MAX = 150_000_000;

/** Graphs of up to so many transitions are kept, so that replay can cover every one of them. */
const GRAPH_TRANSITIONS_MAX = 120_000;

/** Throws RangeError where the options ask for a scope that the table does not have. */
export async function verifyTable(file: string, table: QuorumTable, options: VerifyOptions): Promise<Report> {
  const rules = judgeRules(table);
  const scope = scopeOf(table, options);
  const model = registersModel(scope);
  const exploration = await explore(model, {
    statesMax: STATES_MAX,
    graphTransitionsMax: options.replay ? GRAPH_TRANSITIONS_MAX : 0,
    onProgress: (progress) => options.onProgress(explorationProgress(table.name, progress)),
    signal: options.signal,
  });
  const counterexample = counterexampleIn(exploration, model, scope);
  const replayed = options.replay ? await replay(scope, exploration, options) : null;
  const findings = {
    table,
    rules,
    exploration: explorationReport(exploration, scope),
    counterexample,
    replay: replayed?.report ?? null,
    divergence: replayed?.divergence ?? null,
    interrupted: options.signal.aborted,
  };
  return { file, ...findings, ...conclude(findings) };
}

function scopeOf(table: QuorumTable, { registerSets, values, clients }: VerifyOptions): Scope {
  return {
    table,
    registerSets: registerSets === null ? compressedRegisterSets(table) : leadingRegisterSets(table, registerSets),
    values: values ?? Math.max(2, clients ?? 0),
    clients,
  };
}

const explorationReport = (exploration: Exploration, scope: Scope): ExplorationReport => ({
  registerSets: scope.registerSets,
  values: scope.values,
  clients: scope.clients,
  distinctStates: exploration.distinctStates,
  transitions: exploration.transitions,
  depth: exploration.depth,
  complete: exploration.complete,
  stoppedBy: stoppedBy(exploration),
});

function stoppedBy(exploration: Exploration): string | null {
  const covered = ` at depth ${exploration.depth} with ${exploration.distinctStates} states found; every run of up to ${exploration.depthCovered} steps was judged`;
  switch (exploration.stoppedBy) {
    case null:
      return null;
    case "states":
      return `the bound of ${STATES_MAX} distinct states was reached${covered}`;
    case "memory":
      return `the bound on memory was reached${covered}`;
    case "time":
      return `the bound on time was reached${covered}`;
    case "violation":
      return `a shortest violating run was found${covered}`;
    case "interrupted":
      return `interrupted${covered}`;
  }
}

function counterexampleIn(exploration: Exploration, model: RegistersModel, scope: Scope): Counterexample | null {
  const nearest = nearestViolation(exploration);
  if (nearest === null) return null;
  const { property, state } = nearest;
  const { table } = scope;
  const steps = shortestRunTo(exploration, state).map((step) => stepOf(model, scope, step));
  loadState(exploration, state);
  const reached = stateTableOf(model, scope);
  // The model judges packed cells, spec a state table: two readings of "decided" that must not differ.
  if (property === "agreement" && agreementHolds(scope.table, reached)) {
    throw new Error(`model and spec disagree about agreement in ${table.name}`);
  }
  return {
    length: steps.length,
    property: property as Counterexample["property"],
    steps,
    decided: decidedValues(table, reached).sort(),
  };
}
