/**
 * Which outcomes can still come about, from each state (Fischer, Lynch & Paterson 1985): bivalent ones are where the
 * protocol has not decided and nobody knows it yet.
 */
import { reachableLabels } from "../kernel/index.js";
import { type Answer, type Goal, NOTHING_FOUND, type Valence } from "./answer.js";
import { type Explored, graphOf, inconclusive, labelsOf } from "./explored.js";
import { vacuousIn } from "./vacuity.js";

/** Holds iff more than one outcome can come about from the initial state: else nothing was left to agree on. */
export function askValence(explored: Explored, decided: readonly Goal[]): Answer {
  const graph = graphOf(explored);
  if (graph === null) return inconclusive("valence", explored);
  const { exploration, figures } = explored;
  const valenceOf = reachableLabels(graph, labelsOf(exploration, decided));
  const counts = new Map<number, number>();
  for (const valence of valenceOf) counts.set(valence, (counts.get(valence) ?? 0) + 1);
  const isBivalent = (valenceOf[0]! & (valenceOf[0]! - 1)) !== 0;
  return {
    ...NOTHING_FOUND,
    ask: "valence",
    verdict: isBivalent ? "holds" : "broken",
    property: isBivalent ? null : "several outcomes are possible at first",
    run: isBivalent ? null : [],
    ...figures,
    valences: valencesOf(counts, decided),
    vacuous: vacuousIn(explored),
  };
}

/** Those with most outcomes first. */
function valencesOf(counts: ReadonlyMap<number, number>, decided: readonly Goal[]): Valence[] {
  return [...counts]
    .map(([valence, states]) => ({
      values: decided.filter((_, goal) => ((valence >>> goal) & 1) === 1).map(({ name }) => name),
      states,
    }))
    .sort((a, b) => b.values.length - a.values.length || (a.values.join() < b.values.join() ? -1 : 1));
}
