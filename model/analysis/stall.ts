/**
 * Where a whole phase-1 quorum has answered a client and it still may propose nothing: it waits for more servers, which
 * may never come. So it can be under `strict` where F2 is broken, and under `decision-table` where PQ or F2 is.
 */

import { contains, type ServerSet } from "../../spec/server-set.js";
import type { Trace } from "../../spec/trace.js";
import { type Exploration, shortestRunTo } from "../kernel/index.js";
import { loadState, statesOf } from "../questions/index.js";
import { RegisterFacts } from "../registers/facts.js";
import { stepOf } from "../registers/reading.js";
import type { RegistersModel } from "../registers/registers.js";
import type { Scope } from "../registers/scope.js";
import { selectionRule } from "../registers/selection.js";

/**
 * A client that waits though a whole phase-1 quorum has answered it: its selection finds more than one value in doubt.
 */
export interface Stall {
  readonly registerSet: number;
  /** The servers of the phase-1 quorum. */
  readonly heard: readonly string[];
  /** A shortest run to the state in which it waits. */
  readonly steps: Trace;
}

/**
 * The state with a stall that is nearest to the initial one; null if there is none. The exploration must have kept its
 * graph.
 */
export function nearestStall(model: RegistersModel, scope: Scope, exploration: Exploration): Stall | null {
  const { selection, servers } = scope.table;
  if (selection === "greatest" || selection === "eager") return null;
  const facts = new RegisterFacts(scope, model.variables);
  for (const state of statesOf(exploration)) {
    loadState(exploration, state);
    const stalled = stalledClient(facts, scope);
    if (stalled === null) continue;
    return {
      registerSet: scope.registerSets[stalled.r]!,
      heard: servers.filter((_, server) => contains(stalled.P, 1 << server)),
      steps: shortestRunTo(exploration, state).map((step) => stepOf(model, scope, step)),
    };
  }
  return null;
}

function stalledClient(facts: RegisterFacts, scope: Scope): { readonly r: number; readonly P: ServerSet } | null {
  const { choices } = selectionRule(scope.table.selection);
  const inputs = Array.from({ length: facts.values }, (_, input) => input);
  for (let r = 1; r < facts.sets; r++) {
    const prepared = facts.preparedServers(r);
    for (const P of facts.phase1[r]!.within(prepared).list()) {
      if (inputs.every((input) => !facts.isInput(r, input) || choices(facts, P, r, input) === 0)) return { r, P };
    }
  }
  return null;
}
