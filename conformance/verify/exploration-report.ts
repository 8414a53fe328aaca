/** The exploration as the report has it, and what it says of what the rules have answered. */
import type { ScopeExploration } from "../../model/analysis/explore-scope.js";
import type { Scope } from "../../model/registers/scope.js";
import { PLAIN } from "../../model/registers/variant.js";
import { formatCount } from "../words/format-count.js";
import type { Answer, ExplorationReport, VerifyOptions } from "./report.js";

export const explorationReport = (
  exploration: ScopeExploration,
  scope: Scope,
  options: VerifyOptions,
): ExplorationReport => ({
  registerSets: scope.registerSets,
  values: scope.values,
  clients: scope.clients,
  variant: scope.variant ?? PLAIN,
  distinctStates: exploration.distinctStates,
  transitions: exploration.transitions,
  depth: exploration.depth,
  depthCovered: exploration.depthCovered,
  complete: exploration.complete,
  vacuity: exploration.vacuity,
  stoppedBy: stoppedBy(exploration, options),
  representatives: exploration.representatives,
  reduced: exploration.reduced,
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

/**
 * Throws where exploration contradicts the answer: the theorem, the closed formula, the model or the explorer is wrong
 * then, and no verdict can be trusted.
 */
export function refuseContradiction(answer: Answer | null, exploration: ScopeExploration): void {
  const news = answer === null ? null : contradiction(answer, exploration);
  if (news !== null) throw new Error(`the rules and the explorer contradict each other: ${news}`);
}

function contradiction(
  { verdict, counterexample, proof }: Answer,
  { violatingRuns, complete, reduced, stoppedBy }: ScopeExploration,
): string | null {
  const [nearest] = violatingRuns;
  if (verdict === "safe") {
    return nearest === undefined
      ? null
      : `the rules hold, and yet a run of ${nearest[1].length} steps breaks ${nearest[0]}`;
  }
  const { length } = counterexample!;
  const isWhole = !reduced && (complete || stoppedBy === "violation");
  if (nearest === undefined) {
    return complete
      ? `a run of ${length} steps was walked through the model, and yet no state explored breaks agreement`
      : null;
  }
  const explored = nearest[1].length;
  if (explored < length && proof.by === "run" && proof.shortest) {
    return `the shortest run has ${length} steps by the closed formula, and yet exploration finds one of ${explored}`;
  }
  return isWhole && explored > length
    ? `a run of ${length} steps was walked through the model, and yet the nearest violation explored takes ${explored}`
    : null;
}
