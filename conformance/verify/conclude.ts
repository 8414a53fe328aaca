/** From findings to a verdict, the sentence that says why, and what the verdict does not cover. */
import { match } from "ts-pattern";
import { areSafe, type Need, type RuleJudgement } from "../../spec/rules/judgement.js";
import { EVERY_SET_OF_AT_MOST } from "../replay/registers/phase-1-ways.js";
import { formatCount } from "../report/format-count.js";
import type { Report, Verdict } from "../report/report.js";
import { brokenRuleSentence } from "./broken-rule.js";
import { provedSentence } from "./proved.js";

export type Findings = Pick<
  Report,
  | "table"
  | "rules"
  | "exploration"
  | "counterexample"
  | "decisionReachability"
  | "replay"
  | "divergence"
  | "messageReplay"
> & {
  /** Whether Ctrl-C ended the work early. */
  readonly interrupted: boolean;
  /** Whether --messages asked for the message-level model too. */
  readonly messages: boolean;
};

export type Conclusion = Pick<Report, "verdict" | "because" | "proved" | "notExplored">;

export function conclude(findings: Findings): Conclusion {
  const verdict = verdictOf(findings);
  return {
    verdict,
    because: capitalized(becauseOf(verdict, findings)),
    proved: provedSentence(findings),
    notExplored: gapsOf(verdict, findings).map(capitalized),
  };
}

const capitalized = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);

function verdictOf({ divergence, messageReplay, counterexample, exploration, interrupted, rules }: Findings): Verdict {
  if (divergence !== null || messageReplay?.agrees === false) return "diverges";
  if (counterexample !== null) return "unsafe";
  if (!exploration.complete || interrupted) return "inconclusive";
  return areSafe(rules) ? "safe" : "inconclusive";
}

const becauseOf = (verdict: Verdict, findings: Findings): string =>
  match(verdict)
    .with("diverges", () => `${(findings.divergence ?? findings.messageReplay?.divergence)!.what}.`)
    .with("unsafe", () => becauseUnsafe(findings))
    .with("inconclusive", () => becauseInconclusive(findings))
    .with("safe", () => becauseSafe(findings))
    .exhaustive();

function becauseUnsafe({ table, rules, counterexample }: Findings): string {
  const broken = firstBroken(rules, "safety");
  // The rules are exact (proofs-notes.md, "Cutoff"), so this would be news.
  if (broken === undefined) {
    return `the shortest run decides ${counterexample!.decided.join(" and ")}, although the quorums meet as the rules ask: please report this table.`;
  }
  return brokenRuleSentence(table, broken);
}

const firstBroken = (rules: readonly RuleJudgement[], need: Need): RuleJudgement | undefined =>
  rules.find(({ holds, neededFor }) => !holds && neededFor === need);

function becauseInconclusive({ exploration, interrupted, table, rules }: Findings): string {
  if (exploration.stoppedBy !== null) return `the exploration is not complete: ${exploration.stoppedBy}.`;
  if (interrupted) return "the work was interrupted after the exploration.";
  const broken = firstBroken(rules, "safety")!;
  return `no run of the explored scope decides two values, but ${brokenRuleSentence(table, broken)} A larger scope would show it.`;
}

function becauseSafe({ table, rules, exploration }: Findings): string {
  // Exploration is complete here, so this is about every state of the scope.
  const states = `none of the ${formatCount(exploration.distinctStates)} reachable states of the ${exploration.reduced ? "reduced scope" : "scope"} decides two values`;
  const safe = `${meeting(rules)}${states}.`;
  const stall = firstBroken(rules, "progress");
  if (stall === undefined) return safe;
  return `${safe} But ${brokenRuleSentence(table, stall)} With selection "${table.selection}" that is a matter of progress, not of agreement.`;
}

/** The beginning of the sentence: which rules bring agreement about. */
function meeting(rules: readonly RuleJudgement[]): string {
  const names = rules.filter(({ neededFor }) => neededFor === "safety").map(({ rule }) => rule);
  if (names.length === 0) return "a client proposes only once no lower quorum is in doubt, and ";
  if (names.join() === "PQ")
    return "every phase-1 quorum meets every phase-2 quorum of every lower register set (PQ), and ";
  return `the quorums meet as ${names.join(", ")} ask, and `;
}

function gapsOf(verdict: Verdict, findings: Findings): string[] {
  return [...scopeGaps(verdict, findings), ...replayGaps(findings), progressGap(findings), modelGap(findings)];
}

function scopeGaps(verdict: Verdict, { exploration, rules, counterexample }: Findings): string[] {
  const { registerSets, values, clients } = exploration;
  const beyond = `Beyond register ${registerSets.length === 1 ? "set" : "sets"} ${listed(registerSets)} and ${values} ${values === 1 ? "value" : "values"}`;
  const followsFromRules = verdict !== "diverges" && counterexample === null && areSafe(rules);
  const gaps = [
    followsFromRules
      ? `${beyond} nothing was explored: that it is safe follows by the cutoff theorem (proofs-notes.md).`
      : `${beyond} nothing was explored and nothing is claimed.`,
  ];
  if (exploration.reduced) {
    gaps.push(
      "Interleavings that agreement does not depend on were left out (--reduce): there may be a shorter run, and whether values come from inputs (non-triviality) is not judged.",
    );
  }
  if (clients !== null) {
    gaps.push(
      `The input of each of the ${clients} clients was fixed: runs in which owners of different sets have other inputs were not explored.`,
    );
  }
  return gaps;
}

const LISTED_SETS_MAX = 12;

const listed = (registerSets: readonly number[]): string =>
  registerSets.length <= LISTED_SETS_MAX
    ? registerSets.join(", ")
    : `${registerSets.slice(0, LISTED_SETS_MAX).join(", ")}, … (${registerSets.length} sets)`;

function replayGaps({ replay, exploration, divergence, interrupted, table }: Findings): string[] {
  if (replay === null) return ["The implementation was not replayed (--no-replay)."];
  if (divergence !== null) return ["Replay stopped at the first difference: what else differs is not known."];
  const { transitionsCovered, transitionsReachable, deeper } = replay;
  const gaps: string[] = [];
  if (exploration.variant.freezes === "register") {
    gaps.push("Clients over storage of single registers were replayed in memory, not over TCP.");
  }
  if (transitionsCovered < transitionsReachable) {
    const scope = exploration.reduced ? ", or more, of the whole scope" : "";
    const why = interrupted ? "it was interrupted" : "a seeded sample";
    gaps.push(
      `Replay took ${formatCount(transitionsCovered)} of ${formatCount(transitionsReachable)} transitions${scope}: ${why}.`,
    );
  }
  if (deeper !== null && deeper.transitionsCovered !== deeper.transitionsReachable) {
    gaps.push(`Replay of register sets ${deeper.registerSets.join(", ")} was a seeded sample.`);
  }
  if (table.servers.length > EVERY_SET_OF_AT_MOST) {
    gaps.push(
      `Of whom a client may hear, where more than ${EVERY_SET_OF_AT_MOST} servers can answer it, replay tried a sample.`,
    );
  }
  return gaps;
}

const progressGap = ({ decisionReachability }: Findings): string =>
  decisionReachability === null
    ? "Whether a decision stays reachable, and is reached, is not judged: that takes every state of the scope, and room for them once more."
    : "That a decision is reached in the end (fair schedules, time-outs) is not judged, only whether one stays reachable.";

function modelGap({ messageReplay, exploration, messages, divergence, interrupted }: Findings): string {
  const { freezes } = exploration.variant;
  // What can be decided does not depend on the variant (proofs-notes.md, "Variants").
  const others = freezes === "row" ? "freezes of one register at a time" : "freezes of a whole row in one step";
  const servers = "servers are assumed to keep what they wrote and not to lie";
  if (messageReplay !== null) return `${capitalized(others)} are not part of these models; ${servers}.`;
  if (messages && (divergence !== null || interrupted)) {
    const why = divergence !== null ? "the replay of the register model differs" : "the work was interrupted";
    return `Messages were not replayed, since ${why}; ${servers}.`;
  }
  const options =
    freezes === "row" ? "--messages and --freeze register" : "--messages, and leave out --freeze register";
  return `Messages, client crashes and ${others} are not part of this model (see ${options}); ${servers}.`;
}
