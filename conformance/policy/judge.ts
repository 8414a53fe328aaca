/** A verdict against what is demanded of the table: what is not as expected fails, in both directions. */

import type { ReplayReport } from "../replay/replay-report.js";
import type { Case } from "../results/results.js";
import { EXIT, type ExitCode } from "../shell/exit-codes.js";
import type { Outcome } from "../verify/files/outcome.js";
import type { Report } from "../verify/report.js";
import { formatShare } from "../words/words.js";
import type { Policy } from "./policies.js";

export interface JudgedTable extends Case {
  readonly file: string;
  readonly outcome: Outcome;
  readonly exitCode: ExitCode;
  /** Whether the evidence is from an earlier run. */
  readonly isCached: boolean;
}

/** `today`: in UTC, as `2027-01-31`. */
export function judge(file: string, policy: Policy, outcome: Outcome, today: string): JudgedTable {
  const shared = { file, outcome, request: policy.request, isCached: false };
  if (outcome.kind === "failure") {
    return { ...shared, name: file, status: "error", complaints: [], justification: null, exitCode: outcome.exitCode };
  }
  const { report } = outcome;
  const { complaints, exitCode } = complaintsAbout(report, policy, today);
  const failed = complaints.length > 0;
  const accepted = report.verdict === "inconclusive" ? policy.accept : null;
  return {
    ...shared,
    name: report.table.name,
    status: failed ? "failed" : accepted === null ? "passed" : "accepted",
    complaints,
    justification: failed ? null : justificationOf(report, accepted),
    exitCode: failed ? exitCode : EXIT.safe,
  };
}

function justificationOf({ verdict }: Report, accepted: Policy["accept"]): string | null {
  if (accepted !== null) return `${sentence(accepted.reason)} Accepted until ${accepted.until}.`;
  return verdict === "safe" ? null : `It is expected to be ${verdict}.`;
}

interface Complaints {
  readonly complaints: readonly string[];
  readonly exitCode: ExitCode;
}

function complaintsAbout(report: Report, policy: Policy, today: string): Complaints {
  const { verdict } = report;
  if (verdict === "diverges") return { complaints: ["The implementation diverges."], exitCode: EXIT.diverges };
  if (verdict === "inconclusive") return aboutInconclusive(policy, today);
  if (verdict !== policy.expect) {
    return { complaints: [`It is ${verdict}, and expected to be ${policy.expect}.`], exitCode: EXIT.unsafe };
  }
  const otherRule = aboutRule(report, policy);
  if (otherRule !== null) return { complaints: [otherRule], exitCode: EXIT.unsafe };
  const tooLittle = aboutCoverage(report.replay, policy);
  return tooLittle === null
    ? { complaints: [], exitCode: EXIT.safe }
    : { complaints: [tooLittle], exitCode: EXIT.inconclusive };
}

function aboutInconclusive({ accept, expect }: Policy, today: string): Complaints {
  if (accept !== null && today <= accept.until) return { complaints: [], exitCode: EXIT.safe };
  const expired =
    accept === null ? "" : ` That was accepted until ${accept.until}, which is over: ${sentence(accept.reason)}`;
  return {
    complaints: [`It is inconclusive, and expected to be ${expect}.${expired}`],
    exitCode: EXIT.inconclusive,
  };
}

/** Null where it is the rule that is expected, or any will do. */
function aboutRule({ rules }: Report, { breaks }: Policy): string | null {
  const broken = rules.filter(({ holds }) => !holds).map(({ rule }) => rule);
  if (breaks === null || broken.includes(breaks)) return null;
  return `It is unsafe as expected, but ${breaks} holds; what is broken is ${broken.join(", ")}.`;
}

function aboutCoverage(replay: ReplayReport | null, { replayCoverage }: Policy): string | null {
  if (replayCoverage === null) return null;
  const least = `${Math.round(replayCoverage * 1000) / 10}%`;
  if (replay === null) return `It was not replayed, and ${least} of the transitions are to be covered.`;
  const { transitionsCovered, transitionsReachable } = replay;
  if (transitionsReachable === 0 || transitionsCovered / transitionsReachable >= replayCoverage) return null;
  return `Replay covered ${formatShare(transitionsCovered, transitionsReachable)} of the transitions, and at least ${least} are to be covered.`;
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
