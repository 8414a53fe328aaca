/** Variants of systems in the shape that all formats share: a case for each. */
import type { Answer } from "../../../model/questions/index.js";
import type { Study } from "../../../model/systems/study.js";
import { type Case, type CaseStatus, type Results, summaryOf } from "../../results/results.js";
import { EXIT, type ExitCode } from "../../shell/exit-codes.js";
import { type Paint, plain } from "../../shell/terminal.js";
import { DEFAULT_REQUEST } from "../../verify/request.js";
import { counted, formatCount } from "../../words/words.js";
import { renderSystem } from "./system.js";
import { renderStudyJson } from "./system-json.js";
import { badNewsOf } from "./system-words.js";
import { renderSystems } from "./systems.js";

/** What the exit code says of a variant, and why. */
export interface JudgedStudy {
  readonly study: Study;
  readonly code: ExitCode;
  /** Sentences. */
  readonly complaints: readonly string[];
}

interface Asked {
  /** Whether systems are told about, and not only listed. */
  readonly tells: boolean;
  /** Variants that were not begun, by name. */
  readonly skipped: readonly string[];
  readonly exitCode: ExitCode;
}

export function systemsResults(judged: readonly JudgedStudy[], { tells, skipped, exitCode }: Asked): Results {
  const studies = judged.map(({ study }) => study);
  const cases = [...judged.map(caseOf), ...skipped.map(notBegun)];
  return {
    command: "quorate systems",
    summary: summaryOf(cases, "variant"),
    exitCode,
    cases,
    comparisons: [],
    text: (paint) => (tells ? toldInFull(studies, paint) : renderSystems(studies, paint)),
    json: () => studies.map(renderStudyJson).join(""),
  };
}

const toldInFull = (studies: readonly Study[], paint: Paint): string =>
  studies.map((study, index) => renderSystem(study, studies[index - 1]?.system !== study.system, paint)).join("\n");

const PLAIN = { file: null, outcome: null, request: DEFAULT_REQUEST, justification: null } as const;

function statusOf(code: ExitCode): CaseStatus {
  if (code === EXIT.safe) return "passed";
  return code === EXIT.inconclusive ? "error" : "failed";
}

function caseOf({ study, code, complaints }: JudgedStudy): Case {
  const { system, variant, answers } = study;
  const worst = answers.find(({ answer }) => answer.run !== null || answer.chain !== null) ?? answers[0]!;
  const { verdict, distinctStates, transitions, run } = worst.answer;
  return {
    ...PLAIN,
    name: `${system.name} ${variant.name}`,
    status: statusOf(code),
    // Who asks for an answer is told it where the others are told of differences.
    complaints:
      code === EXIT.safe || complaints.length > 0 ? complaints : answers.flatMap(({ answer }) => badNews(answer)),
    told: {
      noun: "system",
      verdict,
      meaning: variant.inShort,
      figures: [
        ["states", formatCount(distinctStates)],
        ["transitions", formatCount(transitions)],
        ["shortest run", run === null ? "" : formatCount(run.length)],
      ],
      findings: [],
      text: renderSystem(study, true, plain),
    },
  };
}

/** A sentence for each thing that is not as one would wish. */
function badNews(answer: Answer): string[] {
  const { ask, verdict, run, vacuous, stoppedBy } = answer;
  if (verdict === "inconclusive") return [`${ask}: inconclusive, a bound (${stoppedBy}) ended it.`];
  if (verdict !== "holds" && verdict !== "solvable") {
    const steps = run === null ? "" : `, in ${counted(run.length, "step")}`;
    return [`${ask}: ${verdict}, ${badNewsOf(answer)}${steps}.`];
  }
  return vacuous.map((clause) => `${ask}: nothing is shown of this: ${clause}.`);
}

const notBegun = (name: string): Case => ({
  ...PLAIN,
  name,
  status: "error",
  complaints: ["It was interrupted before this variant was begun."],
});
