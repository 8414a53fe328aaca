/** What stands on a theorem, what on a run, what on exhaustion of a scope, and what is a bounded result only. */

import { variantWords } from "../words/variant-words.js";
import { counted, formatCount } from "../words/words.js";
import type { ExplorationReport, Proof, Report } from "./report.js";

type Findings = Pick<Report, "answer" | "exploration" | "counterexample" | "table">;

/** Null where nothing is proved. */
export function proofOf({ answer, exploration, counterexample }: Findings): Proof | null {
  const isExplored = counterexample !== null && counterexample !== answer?.counterexample;
  if (isExplored) return { by: "run", constructed: false, shortest: !exploration.reduced };
  if (answer !== null) return answer.proof;
  return exploration.complete && !exploration.reduced ? { by: "exhaustion" } : null;
}

/** In one sentence. */
export function provedSentence(findings: Findings): string {
  const { answer, exploration, counterexample, table } = findings;
  const proof = proofOf(findings);
  switch (proof?.by) {
    case "theorem": {
      const names = proof.rules.length === 0 ? "the exclusive allocation of its register sets" : proof.rules.join(", ");
      return `Proved: agreement for any number of register sets, clients and values, by the cutoff theorem from ${names} under selection "${table.selection}"; ${besides(exploration)}.`;
    }
    case "run":
      return `Disproved by the run above${originOf(proof, answer?.counterexample != null)}; ${noShorter(proof, exploration, counterexample!.length)}.`;
    case "exhaustion":
      return `Proved by exhaustion: agreement within ${scopeOf(exploration)} (${formatCount(exploration.distinctStates)} states); beyond it the rules say that it fails.`;
    case undefined:
      return `Nothing is proved; only a bounded result by exploration: no violation in the part of ${scopeOf(exploration)} (${formatCount(exploration.distinctStates)} states) that was explored.`;
  }
}

const originOf = ({ constructed }: { readonly constructed: boolean }, wasConstructed: boolean): string =>
  constructed
    ? ", constructed from the quorums and walked through the model"
    : wasConstructed
      ? ", which exploration found and is shorter than the constructed one"
      : "";

/** What exploration adds to the theorem. */
function besides(exploration: ExplorationReport): string {
  const { stoppedBy, reduced, distinctStates } = exploration;
  const scope = scopeOf(exploration);
  if (stoppedBy !== null) return `besides, no violation was found in ${scope}: ${stoppedBy}`;
  const which = reduced ? ", of the interleavings that agreement depends on," : "";
  return `besides, all ${formatCount(distinctStates)} states of ${scope}${which} were explored, and none decides two values`;
}

function noShorter({ constructed, shortest }: ShortestClaim, exploration: ExplorationReport, length: number): string {
  const { complete, reduced, distinctStates, depthCovered } = exploration;
  const scope = `${scopeOf(exploration)} (${formatCount(distinctStates)} states)`;
  if (complete && !reduced) return `by exhaustion of ${scope}, no shorter one exists there`;
  if (!reduced && depthCovered >= length - 1)
    return `every shorter run of ${scope} was judged, so it is a shortest one`;
  const judged = reduced ? "" : `every run of up to ${depthCovered} steps of ${scope} was judged; `;
  return constructed && shortest
    ? `${judged}that no shorter one exists is what the closed formula says (proofs-notes.md), and not explored`
    : `${judged}there may be a shorter one`;
}

interface ShortestClaim {
  readonly constructed: boolean;
  readonly shortest: boolean;
}

const SETS_LISTED_MAX = 12;

function scopeOf({ registerSets, values, clients, variant }: ExplorationReport): string {
  const sets =
    registerSets.length <= SETS_LISTED_MAX ? `R${registerSets.join(", R")}` : `${registerSets.length} register sets`;
  const scope = `${sets} with ${counted(values, "value")}${clients === null ? "" : ` and ${counted(clients, "fixed client")}`}`;
  return [scope, ...variantWords(variant)].join(", ");
}
