/** What a command has to say, in the shape that all formats share: one case for each thing that it judged. */
import type { SourcePosition } from "../../spec/source-position.js";
import type { ExitCode } from "../shell/exit-codes.js";
import type { Paint } from "../shell/terminal.js";
import type { Outcome } from "../verify/files/outcome.js";
import type { VerifyRequest } from "../verify/request.js";
import type { AnnotationRule } from "./annotation-rules.js";

/**
 * `passed`: as it should be. `failed`: not so. `accepted`: not as one would wish, and somebody has said why that will
 * do. `error`: there is no verdict.
 */
export type CaseStatus = "passed" | "failed" | "accepted" | "error";

/** One table, or one thing besides tables that a command judged. */
export interface Case {
  readonly name: string;
  /** The file that it is about; null where there is none. */
  readonly file: string | null;
  readonly status: CaseStatus;
  /** Null where no table was verified. */
  readonly outcome: Outcome | null;
  /** What was asked of the table. */
  readonly request: VerifyRequest;
  /** What is not as it should be besides the verdict itself, a sentence each. */
  readonly complaints: readonly string[];
  /**
   * Why a verdict other than safe, or what else was found, is as it should be or will do: one sentence; null where
   * nothing was said.
   */
  readonly justification: string | null;
  /** Left out where it is about a table, or nothing more is to be said. */
  readonly told?: Told;
}

/** What was judged and is no table: figures, and all that there is to say of it. */
export interface Told {
  /** What such a thing is called: `system`, `log`. */
  readonly noun: string;
  readonly verdict: string;
  /** What it is, in one line. */
  readonly meaning: string;
  /** As they are shown, under headings that all cases of a command share. */
  readonly figures: readonly (readonly [heading: string, figure: string])[];
  /** What is wrong at places of files; where there are some, the case has failed. */
  readonly findings: readonly Finding[];
  /** Lines. */
  readonly text: string;
}

export interface Finding {
  readonly rule: AnnotationRule;
  /** Null where no file has it, as of standard input. */
  readonly at: SourcePosition | null;
  /** Sentences. */
  readonly message: string;
}

/** What has changed, a clause each. */
export interface Comparison {
  /** A commit, or a file. */
  readonly since: string;
  readonly changes: readonly string[];
}

export interface Results {
  /** The command, as in `quorate verify`. */
  readonly command: string;
  /** What it comes to, in one line without a full stop. */
  readonly summary: string;
  readonly exitCode: ExitCode;
  readonly cases: readonly Case[];
  /** With earlier runs; none where none was asked for. */
  readonly comparisons: readonly Comparison[];
  /** What the command prints for people. */
  readonly text: (paint: Paint) => string;
  /** What it prints for programs: objects, each on a line. */
  readonly json: () => string;
}

/** How many cases there are of the status. */
export const countOf = ({ cases }: Results, status: CaseStatus): number =>
  cases.filter((judged) => judged.status === status).length;

/** `3 tables: 2 passed, 1 failed`; what there is none of is left out. */
export function summaryOf(cases: readonly Case[], noun = "table"): string {
  const counts = (["passed", "accepted", "failed", "error"] as const)
    .map((status) => ({ status, count: cases.filter((judged) => judged.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${status === "error" ? "could not be judged" : status}`);
  return `${cases.length} ${cases.length === 1 ? noun : `${noun}s`}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}`;
}

/** What `verify` asks of a table is that it be safe, and nothing less. */
export function caseOf(outcome: Outcome, request: VerifyRequest): Case {
  const shared = { outcome, request, complaints: [], justification: null };
  if (outcome.kind === "failure") return { ...shared, name: outcome.file, file: outcome.file, status: "error" };
  const { table, file, verdict } = outcome.report;
  return { ...shared, name: table.name, file, status: verdict === "safe" ? "passed" : "failed" };
}
