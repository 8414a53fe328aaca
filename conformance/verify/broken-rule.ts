/** A broken rule in one sentence: which quorums, and what follows for the clients of this table. */
import { match } from "ts-pattern";
import type { QuorumTable } from "../../spec/quorum-table.js";
import type { Need, RuleJudgement, WitnessQuorum } from "../../spec/rules/judgement.js";
import { nameServers } from "../words/server-names.js";
import { sharedWord } from "../words/words.js";

/**
 * E.g. `{a} (phase 2 of R0) and {b} (phase 1 of R2) have no server in common (PQ), so …` The judgement must have a
 * witness.
 */
export function brokenRuleSentence(table: QuorumTable, { rule, witness, neededFor }: RuleJudgement): string {
  const quorums = witness!.quorums.map((quorum) => formatQuorum(table, quorum));
  const word = sharedWord(table);
  if (rule === "G1") {
    return `${quorums[0]} decides in ${word === "contested" ? "a" : "an"} ${word} register set without hearing from all servers (G1), so a client that selects by "greatest" may read a decided value there and, at a server outside, another one, and take that.`;
  }
  const last = quorums.pop();
  if (rule === "PQ after a gate") {
    const missed = quorums.join(" nor with ");
    return `${last} has no server in common with ${missed} (${rule}), ${UNSEEN[neededFor]}.`;
  }
  const consequence = match({ rule, neededFor })
    .with(
      { rule: "E1", neededFor: "safety" },
      () => "so two clients can each be elected in this register set and propose a value in it",
    )
    .with(
      { rule: "E1", neededFor: "progress" },
      () => "so two clients can each be elected in this register set and keep each other from a decision there",
    )
    .with({ rule: "F1" }, () => `so two clients can each get their own value decided in one ${word} register set`)
    .with(
      { rule: "F2", neededFor: "safety" },
      () => "so a client that reads two values there cannot tell which of them was decided, and may take the other",
    )
    .with(
      { rule: "F2", neededFor: "progress" },
      () => "so a client that reads two values there cannot tell which of them was decided, and may wait indefinitely",
    )
    .with({ rule: "PQ" }, ({ neededFor }) => UNSEEN[neededFor])
    .exhaustive();
  return `${quorums.join(", ")} and ${last} have no server in common (${rule}), ${consequence}.`;
}

const UNSEEN = {
  safety:
    "so a client can finish phase 1 there without seeing that another value was decided, and get its own decided too",
  progress: "so a client that has heard from this phase-1 quorum alone may have to wait for more servers",
} as const satisfies Record<Need, string>;

const formatQuorum = (table: QuorumTable, { phase, registerSet, quorum }: WitnessQuorum): string =>
  `${nameServers(quorum, table)} (${phase === "election" ? phase : `phase ${phase}`} of R${registerSet})`;
