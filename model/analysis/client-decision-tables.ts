/** What the clients of a run know when they propose: their decision tables, server by server as they hear them. */

import { formatDecisionState } from "../../spec/decision-state.js";
import type { Value } from "../../spec/register.js";
import { membersOf, NO_SERVERS, namesOf, type ServerSet, singleton, sizeOf } from "../../spec/server-set.js";
import { Walk } from "../kernel/index.js";
import { ClientJudge } from "../registers/client-judge.js";
import { stepOf } from "../registers/reading.js";
import type { RegistersModel } from "../registers/registers.js";
import type { Scope } from "../registers/scope.js";

/**
 * What one client of a run knew about every quorum below when it proposed (selection `decision-table`, or any other).
 */
export interface ClientDecisionTable {
  /** Index of its proposal in the run. */
  readonly step: number;
  readonly registerSet: number;
  readonly proposes: Value;
  /** The fewest servers that let it propose that, in the order of hearing. */
  readonly heard: readonly string[];
  readonly entries: readonly {
    readonly registerSet: number;
    readonly quorum: readonly string[];
    /** states[i]: `any`, `maybe A`, `decided A` or `none`, after hearing the first i servers. */
    readonly states: readonly string[];
  }[];
}

/** One table for every step of the run that proposes above the first explored set, in the order of the run. */
export function decisionTablesAlong(
  model: RegistersModel,
  scope: Scope,
  run: readonly number[],
): ClientDecisionTable[] {
  const judge = new ClientJudge(model, scope);
  const walk = new Walk(model);
  return run.flatMap((stepNumber, index) => {
    const step = stepOf(model, scope, stepNumber);
    const row = step.action === "propose" ? scope.registerSets.indexOf(step.registerSet) : 0;
    const tables = step.action === "propose" && row > 0 ? [tableAt(judge, scope, row, step.value, index)] : [];
    walk.take(stepNumber);
    return tables;
  });
}

function tableAt(judge: ClientJudge, scope: Scope, row: number, value: Value, step: number): ClientDecisionTable {
  const { servers } = scope.table;
  const heard = membersOf(smallestHearing(judge, row, value));
  const prefixes = [NO_SERVERS];
  for (const server of heard) prefixes.push(prefixes.at(-1)! | singleton(server));
  const byPrefix = prefixes.map((set) => judge.decisionTable(row, set));
  return {
    step,
    registerSet: scope.registerSets[row]!,
    proposes: value,
    heard: heard.map((server) => servers[server]!),
    entries: byPrefix[0]!.map(({ registerSet, quorum }, entry) => ({
      registerSet,
      quorum: namesOf(quorum, servers),
      states: byPrefix.map((table) => formatDecisionState(table[entry]!.state)),
    })),
  };
}

/** The fewest servers that let a client of the row propose the value: a client may have heard more. */
function smallestHearing(judge: ClientJudge, row: number, value: Value): ServerSet {
  const prepared = judge.preparedServers(row);
  let smallest = prepared;
  for (let heard = prepared; ; heard = (heard - 1) & prepared) {
    const suffices = judge.values.some((input) => judge.allowed(row, heard, input).includes(value));
    if (suffices && sizeOf(heard) < sizeOf(smallest)) smallest = heard;
    if (heard === NO_SERVERS) return smallest;
  }
}
