/**
 * What a case says of places in its file: the common source of SARIF results, GitHub's annotations, and test cases that
 * fail.
 */

import type { QuorumTable } from "../../../spec/quorum-table.js";
import type { RuleJudgement, WitnessQuorum } from "../../../spec/rules/judgement.js";
import type { SourcePosition } from "../../../spec/source-position.js";
import type { AnnotationRule, Level } from "../../results/annotation-rules.js";
import type { Case } from "../../results/results.js";
import { capitalized } from "../../verify/because.js";
import { brokenRuleSentence } from "../../verify/broken-rule.js";
import type { Failure, Outcome } from "../../verify/files/outcome.js";
import type { Report } from "../../verify/report.js";
import { nameServers } from "../../words/server-names.js";

export interface Annotation {
  readonly rule: AnnotationRule;
  readonly level: Level;
  /** Null where no file has it. */
  readonly at: SourcePosition | null;
  /** Sentences. */
  readonly message: string;
  /** Further places that it is about. */
  readonly related: readonly { readonly at: SourcePosition; readonly message: string }[];
  /** The report whose run shows it; null where none does. */
  readonly shownBy: Report | null;
  /** Why it will do, in one sentence; null where that was not said. */
  readonly justification: string | null;
}

/** In the order of what is told first. A case that failed or has no verdict has at least one that is an error. */
export function annotationsOf(judged: Case): Annotation[] {
  const { outcome, complaints, justification, file, told } = judged;
  const found = outcome === null ? [] : ofOutcome(outcome);
  const own = found.map((annotation) =>
    annotation.level === "error" && justification !== null && judged.status !== "failed"
      ? { ...annotation, justification }
      : annotation,
  );
  return [
    ...complaints.map((complaint) => ({
      ...PLAIN,
      rule: complaintRule(judged),
      level: "error" as const,
      at: file === null ? null : topOf(file),
      message: complaint,
    })),
    ...own,
    ...(told?.findings ?? []).map((finding) => ({ ...PLAIN, level: "error" as const, ...finding })),
  ];
}

function complaintRule({ file, status, told }: Case): AnnotationRule {
  if (told !== undefined) return status === "failed" ? "unexpected-result" : "inconclusive";
  if (file !== null) return "unexpected-result";
  return status === "failed" ? "disagreement" : "inconclusive";
}

const PLAIN = { related: [], shownBy: null, justification: null } as const;

const topOf = (file: string): SourcePosition => ({ file, line: 1, column: 1 });

const ofOutcome = (outcome: Outcome): Annotation[] =>
  outcome.kind === "failure" ? ofFailure(outcome) : ofReport(outcome.report);

function ofFailure({ file, problem, problems, hint }: Failure): Annotation[] {
  const rule = problems.length === 0 ? "not-verified" : "invalid-table";
  const all = problems.length === 0 ? [{ position: topOf(file), problem, hint }] : problems;
  return all.map(({ position, problem, hint }) => ({
    ...PLAIN,
    rule,
    level: "error",
    at: position,
    message: `${capitalized(problem)}.${hint === null ? "" : ` Hint: ${hint}${hint.endsWith("?") ? "" : "."}`}`,
  }));
}

function ofReport(report: Report): Annotation[] {
  const { file, rules, table, verdict, warnings, because } = report;
  const broken = rules.filter(({ holds }) => !holds);
  const ofRules = broken.map((judgement) => ofRule(judgement, table, verdict === "unsafe"));
  // The run shows what the first rule of safety that is broken leads to.
  const shown = ofRules.findIndex(({ level }) => level === "error");
  return [
    ...(verdict === "diverges" || verdict === "inconclusive"
      ? [
          {
            ...PLAIN,
            rule: verdict === "diverges" ? ("divergence" as const) : ("inconclusive" as const),
            level: "error" as const,
            at: topOf(file),
            message: because,
            shownBy: verdict === "diverges" ? report : null,
          },
        ]
      : []),
    ...ofRules.map((annotation, index) => (index === shown ? { ...annotation, shownBy: report } : annotation)),
    ...warnings.map((warning) => ({
      ...PLAIN,
      rule: "warning" as const,
      level: "note" as const,
      at: topOf(file),
      message: warning,
    })),
  ];
}

function ofRule(judgement: RuleJudgement, table: QuorumTable, isUnsafe: boolean): Annotation {
  const [first, ...others] = judgement.witness!.quorums;
  return {
    rule: judgement.rule,
    level: isUnsafe && judgement.neededFor === "safety" ? "error" : "warning",
    at: first!.at,
    message: capitalized(brokenRuleSentence(table, judgement)),
    related: others.map((quorum) => ({ at: quorum.at, message: describe(quorum, table) })),
    shownBy: null,
    justification: null,
  };
}

/** `R1 is prepared by {S0, S1}` */
const describe = ({ phase, registerSet, quorum }: WitnessQuorum, table: QuorumTable): string =>
  `R${registerSet} is ${WHAT_THEY_DO[phase]} by ${nameServers(quorum, table)}`;

const WHAT_THEY_DO = { 1: "prepared", 2: "decided", election: "elected" } as const;
