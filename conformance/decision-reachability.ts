/** Does a decision stay reachable (`AG EF decided`)? Judged on the stored graph, where there is one. */
import { reachableLabels } from "../model/kernel/backward.js";
import type { Exploration } from "../model/kernel/explore.js";
import { shortestRunTo } from "../model/kernel/shortest-run.js";
import { stateTableOf, stepOf } from "../model/registers/reading.js";
import type { RegistersModel } from "../model/registers/registers.js";
import type { Scope } from "../model/registers/scope.js";
import { decidedValues } from "../spec/state-table.js";
import type { DecisionReachability } from "./report.js";

/** Null where the graph was not kept. */
export function decisionReachability(
  model: RegistersModel,
  scope: Scope,
  exploration: Exploration | null,
): DecisionReachability | null {
  const graph = exploration?.graph ?? null;
  if (exploration === null || graph === null) return null;
  const decided = Int32Array.from({ length: graph.stateCount }, (_, state) => {
    model.workspace.load(exploration.states.packed, state * model.workspace.words.length);
    return decidedValues(scope.table, stateTableOf(model, scope)).length > 0 ? 1 : 0;
  });
  const reachable = reachableLabels(graph, decided);
  const stuckStates = reachable.reduce((count, label) => (label === 0 ? count + 1 : count), 0);
  // States are numbered breadth-first, so the first stuck one is one of the nearest.
  const nearest = reachable.indexOf(0);
  return {
    stuckStates,
    steps: nearest < 0 ? null : shortestRunTo(exploration, nearest).map((step) => stepOf(model, scope, step)),
  };
}
