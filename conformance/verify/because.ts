/** Why the verdict is what it is, in one sentence, as far as the rules say so. */
import type { QuorumTable } from "../../spec/quorum-table.js";
import type { Need, RuleJudgement, RuleName } from "../../spec/rules/judgement.js";
import { brokenRuleSentence } from "./broken-rule.js";

export const firstBroken = (rules: readonly RuleJudgement[], need: Need): RuleJudgement | undefined =>
  rules.find(({ holds, neededFor }) => !holds && neededFor === need);

export const neededForSafety = (rules: readonly RuleJudgement[]): RuleName[] =>
  rules.filter(({ neededFor }) => neededFor === "safety").map(({ rule }) => rule);

/** A rule of safety must be broken. */
export function becauseUnsafe(table: QuorumTable, rules: readonly RuleJudgement[]): string {
  const first = firstBroken(rules, "safety")!;
  // Two elected clients do harm by what else fails to meet.
  const next = first.rule === "E1" ? firstBroken(rules.slice(rules.indexOf(first) + 1), "safety") : undefined;
  const sentences = [first, ...(next === undefined ? [] : [next])];
  return sentences.map((judgement) => capitalized(brokenRuleSentence(table, judgement))).join(" ");
}

export function becauseSafe(table: QuorumTable, rules: readonly RuleJudgement[]): string {
  const safe = meeting(rules);
  const stall = firstBroken(rules, "progress");
  if (stall === undefined) return safe;
  return `${safe} But ${brokenRuleSentence(table, stall)} With selection "${table.selection}" that is a matter of progress, not of agreement.`;
}

/** Which rules bring agreement about. */
function meeting(rules: readonly RuleJudgement[]): string {
  const names = neededForSafety(rules);
  const seen = "so whoever ends phase 1 has seen what may be decided below.";
  if (names.length === 0) return "A client proposes only once no lower quorum is in doubt.";
  if (names.join() === "PQ")
    return `Every phase-1 quorum meets every phase-2 quorum of every lower register set (PQ), ${seen}`;
  if (names.join() === "PQ,PQ after a gate")
    return "Every phase-1 quorum meets every phase-2 quorum of every lower register set (PQ), or in a gated set those of a range that it waits for (PQ after a gate), so whoever ends phase 1 has seen what may be decided below.";
  if (names.join() === "E1")
    return "One client is elected in a register set (E1), and it proposes only once no lower quorum is in doubt.";
  if (names.join() === "PQ,E1")
    return `Every two election quorums of one register set meet (E1), so one client alone proposes in it; and every phase-1 quorum meets every phase-2 quorum of every lower register set (PQ), ${seen}`;
  if (names.join() === "F1")
    return "The quorums of an open register set meet (F1), and a client proposes only once no lower quorum is in doubt.";
  return `The quorums meet as ${names.slice(0, -1).join(", ")} and ${names.at(-1)} ask, ${seen}`;
}

export const capitalized = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);
