/**
 * Which values a client of register set r may propose: the selections of spec/README.md, as the papers state them.
 *
 * A rule is about what one client heard, P and its reads, and its input. The model asks whether *some* client can
 * propose v: a client may hear from more servers than it needs. The implementation's clients decide the same, reply by
 * reply, without sharing any of this.
 */
import type { Selection } from "../../spec/quorum-table.js";
import type { ServerSet } from "../../spec/server-set.js";
import type { SelectionFacts } from "./facts.js";
import { decisionTableAllows, decisionTableChoices, decisionTableChooses } from "./selection/by-decision-table.js";
import { eagerChoices } from "./selection/eager.js";
import { greatestAllows, greatestChoices, greatestIsReady } from "./selection/greatest.js";
import { hasValue, someInput, type ValueSet } from "./selection/reads.js";
import { strictAllows, strictChoices } from "./selection/strict.js";

/**
 * The values that a client of r with this input may propose once it has heard from exactly the servers of P; none: it
 * waits. P is prepared at r, and large enough for the selection (`isEnough`).
 */
export type Choices = (facts: SelectionFacts, P: ServerSet, r: number, input: number) => ValueSet;

export interface SelectionRule {
  /** Whether a client of r that has heard from P may propose at all: P contains a phase-1 quorum, or needs none. */
  readonly isEnough: (facts: SelectionFacts, P: ServerSet, r: number) => boolean;
  /** The same of a client that has heard from whoever can have answered it. */
  readonly isReady: (facts: SelectionFacts, r: number) => boolean;
  readonly choices: Choices;
  /** Whether v is one of them. */
  readonly chooses: (facts: SelectionFacts, P: ServerSet, r: number, input: number, v: number) => boolean;
  /** Whether some client of r, for some input and some P that it can have heard from, may propose v. */
  readonly allows: (facts: SelectionFacts, r: number, v: number) => boolean;
}

const containsPhase1Quorum: SelectionRule["isEnough"] = (facts, P, r) => facts.phase1[r]!.isQuorum(P);

const isReadyWithAll: SelectionRule["isReady"] = (facts, r) => containsPhase1Quorum(facts, facts.preparedServers(r), r);

const isAmong =
  (choices: Choices): SelectionRule["chooses"] =>
  (facts, P, r, input, v) =>
    hasValue(choices(facts, P, r, input), v);

const rules: Readonly<Record<Selection, SelectionRule>> = {
  greatest: {
    isEnough: containsPhase1Quorum,
    isReady: greatestIsReady,
    choices: greatestChoices,
    chooses: isAmong(greatestChoices),
    allows: greatestAllows,
  },
  eager: {
    isEnough: containsPhase1Quorum,
    isReady: isReadyWithAll,
    choices: eagerChoices,
    chooses: isAmong(eagerChoices),
    allows: eagerAllows,
  },
  strict: {
    isEnough: containsPhase1Quorum,
    isReady: isReadyWithAll,
    choices: strictChoices,
    chooses: isAmong(strictChoices),
    allows: strictAllows,
  },
  "decision-table": {
    isEnough: () => true,
    isReady: () => true,
    choices: decisionTableChoices,
    chooses: decisionTableChooses,
    allows: decisionTableAllows,
  },
};

export const selectionRule = (selection: Selection): SelectionRule => rules[selection];

/** Tries every P of servers that can have answered a client that is to propose v in r, and every input. */
function eagerAllows(facts: SelectionFacts, r: number, v: number): boolean {
  return someSubset(
    facts.preparedServers(r) & facts.audience(r, v),
    (P) =>
      containsPhase1Quorum(facts, P, r) &&
      someInput(facts, r, (input) => hasValue(eagerChoices(facts, P, r, input), v)),
  );
}

/** From the whole set down to the empty one. */
export function someSubset(set: ServerSet, test: (subset: ServerSet) => boolean): boolean {
  for (let subset = set; ; subset = (subset - 1) & set) {
    if (test(subset)) return true;
    if (subset === 0) return false;
  }
}
