/**
 * The run that breaks agreement, without a search: constructed from the quorums, and then walked through the model step
 * by step, so that nothing rests on the construction alone.
 */

import { agreementHolds } from "../../spec/state-table.js";
import { formatStep } from "../../spec/trace.js";
import { constructRun } from "../../spec/violation/construct.js";
import { type ShortestPlan, shortestPlan } from "../../spec/violation/shortest-plan.js";
import { Walk } from "../kernel/index.js";
import { stateTableOf, stepNumbers } from "../registers/reading.js";
import type { RegistersModel } from "../registers/registers.js";
import type { Scope } from "../registers/scope.js";
import { variantOf } from "../registers/variant.js";

export interface ConstructedRun extends ShortestPlan {
  /** By number. */
  readonly steps: readonly number[];
}

/** A and B are decided. */
const VALUES_NEEDED = 2;

/**
 * Null where the rules that agreement needs hold between the sets of the scope, and where it gives clients fixed inputs
 * or one value: then the run may not be there.
 *
 * `length` and `isShortest` are about the run that is given: with single freezes or freezing writes none is said to be
 * shortest. Throws where the model does not permit the run, or it decides one value only: that would be news.
 */
export function constructedRun(model: RegistersModel, scope: Scope): ConstructedRun | null {
  if (scope.clients !== null || scope.values < VALUES_NEEDED) return null;
  const { table, registerSets } = scope;
  const shortest = shortestPlan(table, registerSets);
  if (shortest === null) return null;
  const { freezes, writesFreezeBelow } = variantOf(scope);
  const kinds = { singleFreezes: freezes === "register", freezingWrites: writesFreezeBelow };
  const trace = constructRun(table, registerSets, shortest.plan, kinds);
  const isPlain = !kinds.singleFreezes && !kinds.freezingWrites;
  if (isPlain && trace.length !== shortest.length) {
    throw new Error(`the run of ${table.name} has ${trace.length} steps, and its formula says ${shortest.length}`);
  }
  const numbers = stepNumbers(model, scope);
  const steps = trace.map((step) => numbers.get(formatStep(step))!);
  const walk = new Walk(model);
  for (const step of steps) walk.take(step);
  if (agreementHolds(table, stateTableOf(model, scope))) {
    throw new Error(`the run constructed for ${table.name} does not decide two values`);
  }
  return { ...shortest, length: trace.length, isShortest: shortest.isShortest && isPlain, steps };
}
