/** The quotient search, asked about agreement only. */
import type { ExploreOptions } from "../../kernel/index.js";
import { type RegistersModel, registersModel } from "../../registers/registers.js";
import type { Scope } from "../../registers/scope.js";
import { Canonicalizer } from "../canonical-form.js";
import { exploreQuotient, type QuotientExploration } from "../quotient-search.js";

export interface QuotientOutcome extends QuotientExploration {
  /** A run of the model to a nearest state where agreement fails, as step numbers, or null. */
  readonly shortestRun: readonly number[] | null;
}

export async function quotientOf(
  scope: Scope,
  model: RegistersModel = registersModel(scope),
  options: Omit<ExploreOptions, "graphTransitionsMax"> = {},
): Promise<QuotientOutcome> {
  const exploration = await exploreQuotient(model, new Canonicalizer(model, scope), options);
  return { ...exploration, shortestRun: exploration.violatingRuns.get("agreement") ?? null };
}
