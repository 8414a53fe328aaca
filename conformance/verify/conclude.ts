/** From findings to a verdict, the sentence that says why, and what the verdict does not cover. */
import { match } from "ts-pattern";
import { hasElections, hasGates } from "../../spec/quorum-table.js";
import { EVERY_SET_OF_AT_MOST } from "../replay/registers/phase-1-ways.js";
import { counted, formatCount } from "../words/words.js";
import { becauseSafe, becauseUnsafe, capitalized, firstBroken } from "./because.js";
import { brokenRuleSentence } from "./broken-rule.js";
import { proofOf, provedSentence } from "./proved.js";
import { replicaGaps } from "./replica-gaps.js";
import type { ExplorationReport, Report, Verdict } from "./report.js";

export type Findings = Pick<
  Report,
  | "table"
  | "rules"
  | "answer"
  | "exploration"
  | "counterexample"
  | "decisionReachability"
  | "replay"
  | "divergence"
  | "messageReplay"
  | "replicas"
> & {
  /** Whether Ctrl-C ended the work early. */
  readonly interrupted: boolean;
  /** Whether --messages asked for the message-level model too. */
  readonly messages: boolean;
};

export type Conclusion = Pick<Report, "verdict" | "proof" | "because" | "proved" | "notExplored">;

export function conclude(findings: Findings): Conclusion {
  const verdict = verdictOf(findings);
  return {
    verdict,
    proof: proofOf(findings),
    because: capitalized(becauseOf(verdict, findings)),
    proved: provedSentence(findings),
    notExplored: gapsOf(verdict, findings).map(capitalized),
  };
}

function verdictOf({ answer, divergence, messageReplay, replicas, counterexample }: Findings): Verdict {
  if (divergence !== null || messageReplay?.agrees === false || replicas?.agrees === false) return "diverges";
  if (answer !== null) return answer.verdict;
  return counterexample !== null ? "unsafe" : "inconclusive";
}

const becauseOf = (verdict: Verdict, findings: Findings): string =>
  match(verdict)
    .with(
      "diverges",
      () => `${(findings.divergence ?? findings.messageReplay?.divergence ?? findings.replicas?.divergence)!.what}.`,
    )
    .with("unsafe", () => becauseUnsafe(findings.table, findings.rules))
    .with("inconclusive", () => becauseInconclusive(findings))
    .with("safe", () => becauseSafe(findings.table, findings.rules))
    .exhaustive();

/** The rules do not answer: one is broken, but perhaps not where it was asked. */
function becauseInconclusive({ exploration, table, rules }: Findings): string {
  const broken = brokenRuleSentence(table, firstBroken(rules, "safety")!);
  if (exploration.stoppedBy !== null) {
    return `the rules do not say whether ${whatWasAsked(exploration)} keeps agreement, and the exploration is not complete: ${exploration.stoppedBy}. In general, ${broken}`;
  }
  return `no run of the explored scope decides two values, but ${broken} A larger scope would show it.`;
}

/** What is narrower than the theorem is about. */
function whatWasAsked({ clients, values, registerSets }: ExplorationReport): string {
  if (clients !== null) return `the table with ${counted(clients, "fixed client")}`;
  if (values === 1) return "the table with one value";
  return `the scope of register sets ${listed(registerSets)}`;
}

function gapsOf(verdict: Verdict, findings: Findings): string[] {
  return [
    ...scopeGaps(verdict, findings),
    ...replayGaps(findings),
    progressGap(findings),
    modelGap(findings),
    ...assumptions(findings),
  ];
}

function scopeGaps(verdict: Verdict, { exploration, answer }: Findings): string[] {
  const { registerSets, values, clients } = exploration;
  const beyond = `Beyond register ${registerSets.length === 1 ? "set" : "sets"} ${listed(registerSets)} and ${counted(values, "value")}`;
  const followsFromRules = verdict !== "diverges" && answer?.verdict === "safe";
  const gaps = [
    followsFromRules
      ? `${beyond} nothing was explored: that it is safe follows by the cutoff theorem (proofs-notes.md).`
      : `${beyond} nothing was explored and nothing is claimed.`,
  ];
  if (exploration.reduced) {
    gaps.push(
      "Interleavings that agreement does not depend on were left out: in these, whether values come from inputs (non-triviality) and whether a run is shorter was not explored.",
    );
  }
  if (clients !== null) {
    gaps.push(
      `Inputs were fixed, those of ${counted(clients, "client")}: runs in which owners of different sets have other inputs were not explored.`,
    );
  }
  return gaps;
}

const LISTED_SETS_MAX = 12;

const listed = (registerSets: readonly number[]): string =>
  registerSets.length <= LISTED_SETS_MAX
    ? registerSets.join(", ")
    : `${registerSets.slice(0, LISTED_SETS_MAX).join(", ")}, … (${registerSets.length} sets)`;

function replayGaps({ replay, replicas, exploration, divergence, table }: Findings): string[] {
  if (replicas !== null) return replicaGaps(replicas);
  if (replay === null) return ["The implementation was not replayed (--no-replay)."];
  if (divergence !== null) return ["Replay stopped at the first difference: what else differs is not known."];
  const { transitionsCovered, transitionsReachable, deeper, stoppedBy, adapter } = replay;
  const gaps = adapter === null ? [] : [...adapter.notTested];
  if (adapter === null && exploration.variant.freezes === "register") {
    gaps.push("Clients over storage of single registers were replayed in memory, not over TCP.");
  }
  if (transitionsCovered < transitionsReachable) {
    const scope = exploration.complete && !exploration.reduced ? "" : ", or more, of the whole scope";
    const why = match(stoppedBy)
      .with("time", () => "it stopped at its bound on time")
      .with("interrupted", () => "it was interrupted")
      .with(null, () =>
        adapter?.role === "proposer"
          ? "a sample, or the proposer, which may choose, goes other ways"
          : "a seeded sample",
      )
      .exhaustive();
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

function modelGap({ table, messageReplay, exploration, messages, divergence, interrupted }: Findings): string {
  const { freezes } = exploration.variant;
  // What can be decided does not depend on the variant (proofs-notes.md, "Variants").
  const others = freezes === "row" ? "freezes of one register at a time" : "freezes of a whole row in one step";
  const servers = "servers are assumed to keep what they wrote and not to lie";
  if (messageReplay !== null) return `${capitalized(others)} are not part of these models; ${servers}.`;
  if (messages && (divergence !== null || interrupted)) {
    const why = divergence !== null ? "the replay of the register model differs" : "the work was interrupted";
    return `Messages were not replayed, since ${why}; ${servers}.`;
  }
  if (hasElections(table) || hasGates(table))
    return `Messages, client crashes and ${others} are not part of this model; ${servers}.`;
  const options =
    freezes === "row" ? "--messages and --freeze register" : "--messages, and leave out --freeze register";
  return `Messages, client crashes and ${others} are not part of this model (see ${options}); ${servers}.`;
}

function assumptions({ table }: Findings): string[] {
  const kinds = table.ranges.map(({ allocation }) => allocation.kind);
  const { observers = [] } = table;
  return [
    ...(observers.length > 0
      ? [
          `What ${observers.join(", ")} ${observers.length === 1 ? "holds" : "hold"}: observers are asked nothing, and nothing depends on it.`,
        ]
      : []),
    ...(kinds.some((kind) => kind === "round-robin" || kind === "client")
      ? [
          "Each exclusive register set is assumed to have one owner, which proposes at most one value in it, across its restarts too.",
        ]
      : []),
    ...(kinds.includes("elected")
      ? ["Whoever is elected in a register set is assumed to propose at most one value in it, across its restarts too."]
      : []),
  ];
}
