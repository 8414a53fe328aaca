/** What is read off a table's quorums, without exploring: the side of a sweep that the explorer is compared with. */
import type { QuorumTable } from "../../spec/quorum-table.js";
import { judgeRules } from "../../spec/rules/judge.js";
import { areSafe } from "../../spec/rules/judgement.js";
import { shortestViolatingRun } from "../../spec/violation/shortest-plan.js";

/** A sweep takes its judge as a parameter, so that a wrong one can be tried: it must be found out. */
export interface RulesJudge {
  readonly saySafe: (table: QuorumTable) => boolean;
  /** Steps of the shortest run that breaks agreement over these register sets; null where there is none. */
  readonly shortestRun: (table: QuorumTable, registerSets: readonly number[]) => number | null;
}

export const rulesJudge: RulesJudge = { saySafe: rulesSaySafe, shortestRun: shortestViolatingRun };

/** Whether every rule holds that agreement needs, given how the table's clients select. */
function rulesSaySafe(table: QuorumTable): boolean {
  return areSafe(judgeRules(table));
}
