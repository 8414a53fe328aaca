/**
 * Which values a client of register set r may propose: the selections of spec/README.md, as the papers state them.
 *
 * A rule is about what one client heard, P and its reads, and its input. The model asks whether *some* client can propose v: a
 * client may hear from more servers than it needs. The implementation's clients decide the same, reply by reply, without
 * sharing any of this.
 */
import type { Selection } from "../../spec/quorum-table.js";
import type { ServerSet } from "../../spec/server-set.js";
import type { SelectionFacts } from "./facts.js";
import { decisionTableChoices } from "./selection/by-decision-table.js";
import { eagerChoices } from "./selection/eager.js";
import { greatestAllows, greatestChoices, greatestIsReady } from "./selection/greatest.js";
import { hasValue, type ValueSet } from "./selection/reads.js";
import { strictChoices } from "./selection/strict.js";

/**
 * The values that a client of r with this input may propose once it has heard from exactly the servers of P; none: it waits.
 * P is prepared at r, and large enough for the selection (`isEnough`).
 */
export type Choices = (facts: SelectionFacts, P: ServerSet, r: number, input: number) => ValueSet;

const choicesBySelection: Readonly<Record<Selection, Choices>> = {
  greatest: greatestChoices,
  eager: eagerChoices,
  strict: strictChoices,
  "decision-table": decisionTableChoices,
};

export interface SelectionRule {
  /** Whether a client of r that has heard from P may propose at all: P contains a phase-1 quorum, or needs none. */
  readonly isEnough: (facts: SelectionFacts, P: ServerSet, r: number) => boolean;
  /** The same of a client that has heard from whoever can have answered it. */
  readonly isReady: (facts: SelectionFacts, r: number) => boolean;
  readonly choices: Choices;
  /** Whether some client of r, for some input and some P that it can have heard from, may propose v. */
  readonly allows: (facts: SelectionFacts, r: number, v: number) => boolean;
}

export function selectionRule(selection: Selection): SelectionRule {
  const choices = choicesBySelection[selection];
  const isEnough = selection === "decision-table" ? () => true : containsPhase1Quorum;
  if (selection === "greatest") return { isEnough, isReady: greatestIsReady, choices, allows: greatestAllows };
  return {
    isEnough,
    isReady: (facts, r) => isEnough(facts, facts.preparedServers(r), r),
    choices,
    allows: allowsAfterSome(isEnough, choices),
  };
}

const containsPhase1Quorum: SelectionRule["isEnough"] = (facts, P, r) => facts.phase1[r]!.isQuorum(P);

/** Tries every P of servers that can have answered a client that is to propose v in r, and every input. */
function allowsAfterSome(isEnough: SelectionRule["isEnough"], choices: Choices): SelectionRule["allows"] {
  return (facts, r, v) =>
    someSubset(
      facts.preparedServers(r) & facts.audience(r, v),
      (P) => isEnough(facts, P, r) && someInput(facts, r, (input) => hasValue(choices(facts, P, r, input), v)),
    );
}

/** From the whole set down to the empty one. */
export function someSubset(set: ServerSet, test: (subset: ServerSet) => boolean): boolean {
  for (let subset = set; ; subset = (subset - 1) & set) {
    if (test(subset)) return true;
    if (subset === 0) return false;
  }
}

function someInput(facts: SelectionFacts, r: number, test: (input: number) => boolean): boolean {
  for (let input = 0; input < facts.values; input++) if (facts.isInput(r, input) && test(input)) return true;
  return false;
}
