/**
 * Which outcomes can still come about, from each state (Fischer, Lynch & Paterson 1985): bivalent ones are where the
 * protocol has not decided and nobody knows it yet.
 */
import { type Exploration, reachableLabels, type StateGraph } from "../kernel/index.js";
import { type Answer, type Goal, NOTHING_FOUND, type Valence } from "./answer.js";
import { type Explored, inconclusive } from "./explored.js";
import { labelsOf } from "./goals.js";
import { vacuousIn } from "./vacuity.js";

/** Of every state of a graph. */
export interface Valences {
  /** valenceOf[n]: the outcomes that can still come about from state n, bit o for outcome o. */
  readonly valenceOf: Int32Array;
  /** Those with most outcomes first. */
  readonly counts: readonly Valence[];
}

/** Holds iff more than one outcome can come about from the initial state: else nothing was left to agree on. */
export function askValence(explored: Explored, decided: readonly Goal[]): Answer {
  const { exploration, figures } = explored;
  const { graph } = exploration;
  if (graph === null) return inconclusive("valence", explored);
  const { valenceOf, counts } = valencesIn({ ...exploration, graph }, decided);
  const isBivalent = (valenceOf[0]! & (valenceOf[0]! - 1)) !== 0;
  return {
    ...NOTHING_FOUND,
    ask: "valence",
    verdict: isBivalent ? "holds" : "broken",
    property: isBivalent ? null : "several outcomes are possible at first",
    run: isBivalent ? null : [],
    ...figures,
    valences: counts,
    vacuous: vacuousIn(explored),
  };
}

export function valencesIn(
  exploration: Exploration & { readonly graph: StateGraph },
  outcomes: readonly Goal[],
): Valences {
  const valenceOf = reachableLabels(exploration.graph, labelsOf(exploration, outcomes));
  const states = new Map<number, number>();
  for (const valence of valenceOf) states.set(valence, (states.get(valence) ?? 0) + 1);
  const counts = [...states]
    .map(([valence, count]) => ({ values: outcomesIn(valence, outcomes), states: count }))
    .sort((a, b) => b.values.length - a.values.length || (a.values.join() < b.values.join() ? -1 : 1));
  return { valenceOf, counts };
}

/** The names of the outcomes whose bits are set. */
export const outcomesIn = (valence: number, outcomes: readonly Goal[]): string[] =>
  outcomes.filter((_, outcome) => ((valence >>> outcome) & 1) === 1).map(({ name }) => name);
